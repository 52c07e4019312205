"""What the invented offices and companies of Utopia print on their papers, in four languages."""

from __future__ import annotations

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
}
LANGUAGES = tuple(MONTHS)

ISSUERS = {
    "utility": {
        "en": "Amaurot Energy Ltd", "de": "Stadtwerke Amaurot GmbH",
        "fr": "Énergie du Nord S.A.", "es": "Energía Amaurot S.L.",
    },
    "bank": {
        "en": "Bank of Anyder plc", "de": "Sparkasse Anyder", "fr": "Banque de Nusquama S.A.",
        "es": "Banco Anyder S.A.",
    },
    "tax": {
        "en": "Utopia Tax Office", "de": "Finanzamt Amaurot", "fr": "Finances publiques d'Utopie",
        "es": "Agencia Tributaria de Utopía",
    },
    "telecom": {
        "en": "Nusquama Telecom Ltd", "de": "Nusquama Telekom AG", "fr": "Nusquama Télécom S.A.",
        "es": "Telefónica Nusquama S.A.",
    },
}  # fmt: skip
# heading, label of the day of issue, label of the period, label of the day of payment
HEADS = {
    "utility": {
        "en": ("Electricity bill", "Bill date", "Billing period", "Payment due"),
        "de": ("Stromrechnung", "Rechnungsdatum", "Zeitraum", "Fällig am"),
        "fr": ("Facture d'électricité", "Date de facture", "Période", "Échéance"),
        "es": ("Factura de electricidad", "Fecha de factura", "Periodo", "Vencimiento"),
    },
    "bank": {
        "en": ("Bank statement", "Statement date", "Statement period", "Next statement"),
        "de": ("Kontoauszug", "Datum", "Zeitraum", "Gültig bis"),
        "fr": ("Relevé de compte", "Date du relevé", "Période", "Valeur"),
        "es": ("Extracto de cuenta", "Fecha de emisión", "Periodo", "Hasta"),
    },
    "tax": {
        "en": ("Tax assessment", "Date", "Period", "Payable by"),
        "de": ("Steuerbescheid", "Datum", "Zeitraum", "Zahlbar bis"),
        "fr": ("Avis d'impôt", "Date", "Période", "Date limite"),
        "es": ("Impuesto sobre la renta", "Fecha", "Periodo", "Vencimiento"),
    },
    "telecom": {
        "en": ("Your phone bill", "Invoice date", "Period", "Due date"),
        "de": ("Telefonrechnung", "Rechnungsdatum", "Zeitraum", "Zahlbar bis"),
        "fr": ("Facture mobile", "Date d'émission", "Période", "Échéance"),
        "es": ("Factura de telefonía", "Fecha de emisión", "Periodo", "Vencimiento"),
    },
}
# caption and value of the rows of the table
ROWS = {
    "utility": {
        "en": (("Meter number", "UT 882 014"), ("Consumption", "412 kWh"),
               ("Standing charge", "18.20"), ("Total", "131.44")),
        "de": (("Zählernummer", "UT 882 014"), ("Stromverbrauch", "412 kWh"),
               ("Grundpreis", "18,20"), ("Summe", "131,44")),
        "fr": (("Numéro de compteur", "UT 882 014"), ("Consommation", "412 kWh"),
               ("Abonnement", "18,20"), ("Total", "131,44")),
        "es": (("Contador", "UT 882 014"), ("Consumo", "412 kWh"), ("Término fijo", "18,20"),
               ("Total", "131,44")),
    },
    "bank": {
        "en": (("IBAN", "UT12 3456 7890 1234"), ("Opening balance", "1 204.10"),
               ("Market", "-42.80"), ("Closing balance", "1 161.30")),
        "de": (("IBAN", "UT12 3456 7890 1234"), ("Alter Saldo", "1 204,10"), ("Markt", "-42,80"),
               ("Neuer Saldo", "1 161,30")),
        "fr": (("IBAN", "UT12 3456 7890 1234"), ("Ancien solde", "1 204,10"),
               ("Marché", "-42,80"), ("Nouveau solde", "1 161,30")),
        "es": (("IBAN", "UT12 3456 7890 1234"), ("Saldo anterior", "1 204,10"),
               ("Mercado", "-42,80"), ("Saldo actual", "1 161,30")),
    },
    "tax": {
        "en": (("Tax number", "44 812 337"), ("Income tax", "3 210.00"), ("Paid", "3 000.00"),
               ("Total", "210.00")),
        "de": (("Steuernummer", "44 812 337"), ("Einkommensteuer", "3 210,00"),
               ("Bezahlt", "3 000,00"), ("Summe", "210,00")),
        "fr": (("Numéro fiscal", "44 812 337"), ("Impôt sur le revenu", "3 210,00"),
               ("Payé", "3 000,00"), ("Total", "210,00")),
        "es": (("Número", "44 812 337"), ("Impuesto", "3 210,00"), ("Pagado", "3 000,00"),
               ("Total", "210,00")),
    },
    "telecom": {
        "en": (("Mobile plan", "12.00"), ("Broadband", "24.00"), ("Calls abroad", "1.80"),
               ("Total", "37.80")),
        "de": (("Mobilfunk", "12,00"), ("Festnetz", "24,00"), ("Ausland", "1,80"),
               ("Summe", "37,80")),
        "fr": (("Forfait mobile", "12,00"), ("Ligne fixe", "24,00"), ("Étranger", "1,80"),
               ("Total", "37,80")),
        "es": (("Línea móvil", "12,00"), ("Fibra óptica", "24,00"), ("Extranjero", "1,80"),
               ("Total", "37,80")),
    },
}  # fmt: skip
BODY = {
    "en": ("Dear customer,", "please find below what was counted in the period above.",
           "Keep this page with your papers. Nothing else is asked of you.",
           "Questions are answered on working days between nine and five."),
    "de": ("Guten Tag,", "unten steht, was im genannten Zeitraum gezählt wurde.",
           "Bitte heben Sie diese Seite auf. Mehr ist nicht zu tun.",
           "Fragen beantworten wir werktags von neun bis siebzehn Uhr."),
    "fr": ("Bonjour,", "vous trouverez ci-dessous ce qui a été compté.",
           "Gardez cette page avec vos papiers. Rien d'autre n'est demandé.",
           "Nous répondons les jours ouvrables de neuf à dix-sept heures."),
    "es": ("Hola:", "abajo figura lo que se ha contado en el plazo indicado.",
           "Guarde esta página con sus papeles. No hay que hacer nada más.",
           "Respondemos los días laborables de nueve a cinco."),
}  # fmt: skip
