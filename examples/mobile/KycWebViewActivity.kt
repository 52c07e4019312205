// The hosted widget in a WebView. A Custom Tab is simpler and safer; take this where the user must stay in the app.
//
// AndroidManifest.xml:
//   <uses-permission android:name="android.permission.INTERNET" />
//   <uses-permission android:name="android.permission.CAMERA" />
//   <uses-feature android:name="android.hardware.camera" android:required="false" />
//   <application android:usesCleartextTraffic="false" …>
package com.example.shop

import android.Manifest
import android.annotation.SuppressLint
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.os.Bundle
import android.webkit.PermissionRequest
import android.webkit.ValueCallback
import android.webkit.WebChromeClient
import android.webkit.WebResourceRequest
import android.webkit.WebView
import android.webkit.WebViewClient
import androidx.activity.ComponentActivity
import androidx.activity.result.contract.ActivityResultContracts

private const val KYC_ORIGIN = "https://kyc.example"
private const val PAYMENT_ORIGIN = "https://shop.example"

class KycWebViewActivity : ComponentActivity() {
    private lateinit var view: WebView
    private var asked: PermissionRequest? = null
    private var chosen: ValueCallback<Array<Uri>>? = null

    // A WebView denies the camera without a word unless the app itself holds the permission: ask, then answer.
    private val permission = registerForActivityResult(ActivityResultContracts.RequestPermission()) { isGranted ->
        asked?.let { if (isGranted) grantCamera(it) else it.deny() }
        asked = null
    }

    // Always answered, with null when nothing was chosen: an unanswered callback kills the page's file input.
    private val file = registerForActivityResult(ActivityResultContracts.GetContent()) { picture ->
        chosen?.onReceiveValue(picture?.let { arrayOf(it) })
        chosen = null
    }

    @SuppressLint("SetJavaScriptEnabled")
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val address = widgetAddress() ?: return finish()
        view = WebView(this)
        view.settings.javaScriptEnabled = true
        view.settings.mediaPlaybackRequiresUserGesture = false
        view.settings.allowFileAccess = false
        view.settings.allowContentAccess = false
        view.webViewClient = OwnPagesOnly()
        view.webChromeClient = Doors()
        setContentView(view)
        view.loadUrl(address.toString())
    }

    override fun onDestroy() {
        chosen?.onReceiveValue(null)
        if (::view.isInitialized) view.destroy()
        super.onDestroy()
    }

    private fun widgetAddress(): Uri? {
        val url = Uri.parse(intent.getStringExtra("widget_url") ?: return null)
        val code = intent.getStringExtra("launch_code") ?: return null
        if (originOf(url) != KYC_ORIGIN) return null
        return url.buildUpon().encodedFragment("c=" + Uri.encode(code)).build()
    }

    private fun originOf(url: Uri) = "${url.scheme}://${url.encodedAuthority}"

    private fun grantCamera(request: PermissionRequest) =
        request.grant(arrayOf(PermissionRequest.RESOURCE_VIDEO_CAPTURE))

    private inner class OwnPagesOnly : WebViewClient() {
        // The widget and the payment page stay here; every other link is the browser's.
        override fun shouldOverrideUrlLoading(view: WebView, request: WebResourceRequest): Boolean {
            if (originOf(request.url) in setOf(KYC_ORIGIN, PAYMENT_ORIGIN)) return false
            if (request.url.scheme == "https") startActivity(Intent(Intent.ACTION_VIEW, request.url))
            return true
        }
    }

    private inner class Doors : WebChromeClient() {
        override fun onPermissionRequest(request: PermissionRequest) {
            val isOurs = originOf(request.origin).removeSuffix("/") == KYC_ORIGIN
            val wantsCamera = PermissionRequest.RESOURCE_VIDEO_CAPTURE in request.resources
            if (!isOurs || !wantsCamera) return request.deny()
            val held = checkSelfPermission(Manifest.permission.CAMERA)
            if (held == PackageManager.PERMISSION_GRANTED) return grantCamera(request)
            asked = request
            permission.launch(Manifest.permission.CAMERA)
        }

        override fun onPermissionRequestCanceled(request: PermissionRequest) {
            asked = null
        }

        override fun onShowFileChooser(
            view: WebView, callback: ValueCallback<Array<Uri>>, params: FileChooserParams,
        ): Boolean {
            chosen?.onReceiveValue(null)
            chosen = callback
            file.launch(params.acceptTypes.firstOrNull { it.isNotBlank() } ?: "image/*")
            return true
        }
    }
}
