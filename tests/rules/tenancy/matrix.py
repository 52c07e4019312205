"""Try one identity at one route, and say what was wrong with what it got."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.rules.tenancy.identities import Fate, own_bearer
from tests.rules.tenancy.rows import belonging_to, ids_in
from tests.rules.tenancy.world import SECRETS, nobody_s_names

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from werkzeug.test import TestResponse

    from tests.rules.tenancy.credentials import Headers
    from tests.rules.tenancy.identities import Identity
    from tests.rules.tenancy.routes import Route
    from tests.rules.tenancy.rows import LiveDatabase, Rows
    from tests.rules.tenancy.world import Tenant, World

_ERRORS = {
    Fate.UNKNOWN: (401, {"invalid_api_key", "invalid_token", "token_expired", "invalid_client"}),
    Fate.LEAKED_KEY: (403, {"secret_key_in_browser"}),
    Fate.LACKS_SCOPE: (403, {"insufficient_scope"}),
    Fate.IN_ADDRESS: (400, {"invalid_request"}),
}
# New in every answer.
_FLEETING = frozenset({"X-Request-Id", "Content-Length", "Date"})


@dataclass(frozen=True)
class Answer:
    """What came back, and which rows were made, changed or taken away meanwhile."""

    response: TestResponse
    changed: Rows
    said: str

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def text(self) -> str:
        """All of it: status line, headers and body."""
        return f"{self.response.status}\n{self.response.headers}\n{self.response.text}"

    @property
    def touched(self) -> Counter[str]:
        """How many rows of each table."""
        return Counter(table for table, _ in self.changed)


@dataclass(frozen=True)
class Matrix:
    """Each request begins with the same database."""

    world: World
    database: LiveDatabase
    known: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def ask(
        self, route: Route, names: Mapping[str, str], headers: Headers, *, in_address: bool = False
    ) -> Answer:
        """Ask, look at what changed, and put everything back."""
        options = dict(route.asks(names))
        options["headers"] = {**options.get("headers", {}), **({} if in_address else headers)}
        if in_address:
            address = {"access_token": headers["Authorization"], "api_key": headers["x-api-key"]}
            options["query_string"] = {**options.get("query_string", {}), **headers, **address}
        path = route.path(names)
        said = f"{path} {options} {[*names.values()]} {[*headers.values()]}"
        client = self.world.shop.kyc.client
        response = client.open(path, method=route.method, **options)
        if "data" in options:
            # Werkzeug's test client keeps a large body in a temporary file nobody else closes.
            response.request.environ["wsgi.input"].close()
        answer = Answer(response, self.database.changed(), said)
        response.get_data()
        response.close()
        self.database.put_back()
        return answer

    def owner(self, identity: Identity) -> Tenant:
        """Whose data is asked for."""
        return self.world.live if identity.of_live else self.world.shop

    def faults(self, route: Route, identity: Identity, fate: Fate) -> list[str]:
        """What this identity should not have got at this route; nothing when all is well."""
        owner = self.owner(identity)
        names = owner.names(route.stage)
        headers = identity.headers(self.world, owner, route.stage)
        self.database.put_back()
        answer = self.ask(route, names, headers, in_address=identity.in_address)
        if fate is Fate.OWNER:
            return self._owner_faults(route, names, headers, answer)
        same = self._of_nobody(route, identity, fate, headers, answer)
        faults = self._leaks(owner, route, answer, is_same_partner=fate is Fate.ALIEN_USER)
        if fate in _ERRORS:
            faults += _refusal_faults(fate, answer) + _differences(names, answer, same)
        elif fate is not Fate.NAMESAKE:
            expected = route.expected(fate, is_live=identity.is_live)
            faults += _expectation_faults(expected, answer) + _differences(names, answer, same)
        if route.method == "GET" and (fate not in _ERRORS or not headers):
            head = self._head(route, names, headers, identity)
            faults += [f"HEAD is answered {head}"] if head != answer.status else []
        return faults

    def _of_nobody(
        self, route: Route, identity: Identity, fate: Fate, headers: Headers, answer: Answer
    ) -> Answer:
        """The answer for names that nobody has; refusals of one code are asked for once."""
        names = nobody_s_names(self.owner(identity).names(route.stage))
        if fate not in _ERRORS:
            return self.ask(route, names, headers)
        code = str((answer.response.get_json(silent=True) or {}).get("error"))
        if (route.id, code) not in self.known:
            asked = self.ask(route, names, headers, in_address=identity.in_address)
            self.known[route.id, code] = asked
        return self.known[route.id, code]

    def _owner_faults(
        self, route: Route, names: Mapping[str, str], headers: Headers, answer: Answer
    ) -> list[str]:
        if route.names_nobody:
            answer = self.ask(route, nobody_s_names(names), headers)
        return _expectation_faults(route.answers, answer)

    def _head(
        self, route: Route, names: Mapping[str, str], headers: Headers, identity: Identity
    ) -> int:
        options = dict(route.asks(names))
        if identity.in_address:
            options["query_string"], headers = headers, {}
        response = self.world.shop.kyc.client.head(route.path(names), headers=headers, **options)
        assert not response.data
        return response.status_code

    def _leaks(
        self, owner: Tenant, route: Route, answer: Answer, *, is_same_partner: bool
    ) -> list[str]:
        """What is the owner's in an answer, beyond what was in the request, or among the rows."""
        belongings = self._belongings(owner, route.stage, is_same_partner=is_same_partner)
        words = [*belongings, *SECRETS, owner.resources[route.stage]["client_token"]]
        leaked = [word for word in words if word in answer.text and word not in answer.said]
        faults = [f"the answer says {leaked}"] if leaked else []
        theirs = {table for table, row in answer.changed if ids_in((table, row)) & belongings}
        return faults + ([f"rows of the owner changed: {sorted(theirs)}"] if theirs else [])

    def _belongings(self, owner: Tenant, stage: str, *, is_same_partner: bool) -> set[str]:
        if is_same_partner:
            return self.of_users[owner.partner_id, stage]
        return self.of_partners[owner.partner_id]

    @cached_property
    def of_partners(self) -> dict[str, set[str]]:
        """The ids of all that belongs to each of the two partners with data."""
        owners = (self.world.shop, self.world.live)
        return {of.partner_id: self._found(of.partner_id) for of in owners}

    @cached_property
    def of_users(self) -> dict[tuple[str, str], set[str]]:
        """The ids of all that belongs to one user, by partner and stage."""
        found = {}
        for of in (self.world.shop, self.world.live):
            shared = _shared_ids(self.database.before, of.partner_id)
            for stage in [name for name in of.resources if name != "everywhere"]:
                question = of.resources[stage]["customer_verification_id"]
                found[of.partner_id, stage] = self._found(question, stop=shared)
        return found

    def _found(self, start: str, stop: Collection[str] = ()) -> set[str]:
        # A user's name may be used by two partners: it leads nowhere.
        names = {name for of in (self.world.shop, self.world.live) for name in of.users}
        return belonging_to(start, self.database.before, stop={*stop, *names})

    def stored_answer_faults(self, route: Route, identity: Identity) -> list[str]:
        """Whether this identity gets the answer that was given to the owner's Idempotency-Key."""
        owner = self.owner(identity)
        names = owner.names(route.stage)
        given = nobody_s_names(names) if route.names_nobody else names
        once = {"Idempotency-Key": "the-same-for-all"}
        headers = identity.headers(self.world, owner, route.stage)
        self.database.put_back()
        alone = self.ask(route, given, headers | once)
        options = dict(route.asks(given))
        client = self.world.shop.kyc.client
        owned = own_bearer(self.world, owner, route.stage)
        mine = owned if route.scope is None else owner.credentials.key
        options["headers"] = {**options.get("headers", {}), **mine, **once}
        first = client.open(route.path(given), method=route.method, **options)
        assert first.status_code == route.answers, first.text
        again = self.ask(route, given, headers | once)
        faults = [] if again.status == alone.status else [f"{alone.status} became {again.status}"]
        if "Idempotent-Replayed" in again.response.headers:
            faults.append("the owner's answer was repeated")
        return faults

    def options_faults(self, route: Route) -> list[str]:
        """Whether OPTIONS, which browsers send without a credential, does or tells anything."""
        names = self.world.shop.names(route.stage)
        self.database.put_back()
        response = self.world.shop.kyc.client.options(route.path(names))
        answer = Answer(response, self.database.changed(), str(names))
        faults = self._leaks(self.world.shop, route, answer, is_same_partner=False)
        if answer.status not in {200, 204, 401} or answer.touched:
            faults.append(f"answered {answer.status}, touched {answer.touched}")
        return faults

    def spent_code_faults(self, route: Route, identity: Identity) -> list[str]:
        """Whether a code that was used buys anything; the owner's first use must work."""
        owner = self.owner(identity)
        names = owner.names(route.stage)
        client = self.world.shop.kyc.client
        self.database.put_back()
        first = client.post(route.rule, **route.asks(names))
        assert first.status_code == route.answers, first.text
        headers = identity.headers(self.world, owner, route.stage)
        again = self.ask(route, names, headers)
        return [] if again.status == 400 else [f"answered {again.status}: {again.response.text}"]

    def open_faults(self, route: Route, identity: Identity) -> list[str]:
        """Whether an open route cares who asks, or tells what only an owner may read."""
        owner = self.owner(identity)
        names = owner.names(route.stage)
        self.database.put_back()
        if (route.id, owner.partner_id) not in self.known:
            self.known[route.id, owner.partner_id] = self.ask(route, names, {})
        anonymous = self.known[route.id, owner.partner_id]
        answer = self.ask(route, names, identity.headers(self.world, owner, route.stage))
        faults = _expectation_faults(route.answers, answer)
        faults += self._leaks(owner, route, answer, is_same_partner=False)
        if _form(answer) != _form(anonymous):
            faults.append(f"says something else to {identity.name}")
        return faults


def _shared_ids(rows: Rows, partner_id: str) -> set[str]:
    """Ids of the partner itself, which all of its users share."""
    of_partner = {"partner", "api_key", "oauth_client", "webhook_endpoint"}
    found = [ids_in((table, row)) for table, row in rows if table in of_partner]
    return {partner_id}.union(*found)


def _refusal_faults(fate: Fate, answer: Answer) -> list[str]:
    status, errors = _ERRORS[fate]
    faults = _expectation_faults(status, answer)
    if answer.response.json is None or answer.response.json.get("error") not in errors:
        faults.append(f"the error is none of {sorted(errors)}")
    return faults


def _expectation_faults(status: int | None, answer: Answer) -> list[str]:
    if answer.status == status:
        return []
    return [f"answered {answer.status}, expected {status}: {answer.response.text[:300]}"]


def _differences(names: Mapping[str, str], answer: Answer, same: Answer) -> list[str]:
    """What tells a name that exists from one that nobody has."""
    faults = []
    if (answer.status, _headers(answer)) != (same.status, _headers(same)):
        faults.append(f"differs from a name that nobody has: {same.status} {_headers(same)}")
    elif answer.status >= 400:
        if _body(answer, names) != _body(same, {}):
            faults.append(f"says more than of nobody: {answer.response.text[:300]}")
    elif _form(answer) != _form(same):
        faults.append(f"another form than for nobody: {answer.response.text[:300]}")
    if answer.touched != same.touched:
        faults.append(f"does other things than to nobody: {answer.touched} {same.touched}")
    if answer.status >= 400 and answer.touched:
        faults.append(f"is refused and leaves a trace: {answer.touched}")
    return faults


def _headers(answer: Answer) -> list[tuple[str, str]]:
    return sorted(pair for pair in answer.response.headers if pair[0] not in _FLEETING)


def _body(answer: Answer, names: Mapping[str, str]) -> Any:
    text = answer.response.text
    for name, other in zip(names.values(), nobody_s_names(names).values(), strict=True):
        text = text.replace(name, other)
    content = json.loads(text)
    return {name: value for name, value in content.items() if name != "request_id"}


def _form(answer: Answer) -> Any:
    """The names of an answer without its values."""
    return _names_in(answer.response.get_json(silent=True))


def _names_in(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _names_in(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_names_in(each) for each in content]
    return None
