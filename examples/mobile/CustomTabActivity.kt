// The hosted widget in a Chrome Custom Tab: the browser asks for the camera, the app needs no permission for it.
// build.gradle: implementation("androidx.browser:browser:1.8.0")
//
// AndroidManifest.xml. No android:noHistory anywhere: the tab would close when a camera app comes to the front.
//   <activity android:name=".CustomTabActivity" android:exported="true" android:launchMode="singleTask">
//     <intent-filter android:autoVerify="true">
//       <action android:name="android.intent.action.VIEW" />
//       <category android:name="android.intent.category.DEFAULT" />
//       <category android:name="android.intent.category.BROWSABLE" />
//       <data android:scheme="https" android:host="shop.example" android:path="/kyc-done" />
//     </intent-filter>
//   </activity>
package com.example.shop

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import androidx.browser.customtabs.CustomTabsIntent

private const val KYC_ORIGIN = "https://kyc.example"
private const val RETURN_HOST = "shop.example"
private const val RETURN_PATH = "/kyc-done"

class CustomTabActivity : Activity() {
    private var wasOpened = false

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        wasOpened = state?.getBoolean("opened") ?: false
        if (isReturn(intent)) return finishAndAsk()
        if (!wasOpened) openTab()
    }

    // The App Link brings the user back into this very activity, and closes the tab above it.
    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        if (isReturn(intent)) finishAndAsk()
    }

    // Back without the link: the user closed the tab. Not a failure; the status says where they stand.
    override fun onResume() {
        super.onResume()
        if (wasOpened) finishAndAsk()
        wasOpened = true
    }

    // The app may be killed behind the tab: coming back must not open a second one.
    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putBoolean("opened", wasOpened)
    }

    private fun openTab() {
        val address = widgetAddress() ?: return finish()
        try {
            CustomTabsIntent.Builder().setShowTitle(true).build().launchUrl(this, address)
        } catch (none: ActivityNotFoundException) {
            finishAndAsk()
        }
    }

    private fun widgetAddress(): Uri? {
        val url = Uri.parse(intent.getStringExtra("widget_url") ?: return null)
        val code = intent.getStringExtra("launch_code") ?: return null
        if ("${url.scheme}://${url.encodedAuthority}" != KYC_ORIGIN) return null
        return url.buildUpon().encodedFragment("c=" + Uri.encode(code)).build()
    }

    private fun isReturn(intent: Intent): Boolean {
        val link = intent.data ?: return false
        return link.scheme == "https" && link.host == RETURN_HOST && link.path == RETURN_PATH
    }

    // Whoever started this asks the shop's backend for the status now; nothing in the link is believed.
    private fun finishAndAsk() {
        setResult(RESULT_OK)
        finish()
    }
}
