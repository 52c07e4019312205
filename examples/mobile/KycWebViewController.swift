// The hosted widget in a WKWebView, iOS 15 and newer (older ones cannot be asked for the camera page by page).
//
// Info.plist:
//   NSCameraUsageDescription: "The camera is used to photograph your document and your face."
// No NSAppTransportSecurity exception: everything is https.
import UIKit
import WebKit

private let kycOrigin = "https://kyc.example"
private let paymentOrigin = "https://shop.example"

final class KycWebViewController: UIViewController, WKUIDelegate, WKNavigationDelegate {
    private let widgetURL: URL
    private let launchCode: String
    /// Called once when the user is done or has closed it: ask your backend for the status then.
    private let onEnd: () -> Void
    private var view_: WKWebView?

    init(widgetURL: URL, launchCode: String, onEnd: @escaping () -> Void) {
        self.widgetURL = widgetURL
        self.launchCode = launchCode
        self.onEnd = onEnd
        super.init(nibName: nil, bundle: nil)
    }

    @available(*, unavailable)
    required init?(coder: NSCoder) { fatalError("made in code only") }

    override func viewDidLoad() {
        super.viewDidLoad()
        guard let address = address() else { return onEnd() }
        let configuration = WKWebViewConfiguration()
        // Without inline playback the camera's picture covers the whole screen, and its frame is gone.
        configuration.allowsInlineMediaPlayback = true
        configuration.mediaTypesRequiringUserActionForPlayback = []
        // Nothing is stored: the widget needs no cookie and no storage.
        configuration.websiteDataStore = .nonPersistent()
        let webView = WKWebView(frame: view.bounds, configuration: configuration)
        webView.autoresizingMask = [.flexibleWidth, .flexibleHeight]
        webView.uiDelegate = self
        webView.navigationDelegate = self
        view.addSubview(webView)
        view_ = webView
        webView.load(URLRequest(url: address))
        navigationItem.leftBarButtonItem = UIBarButtonItem(
            systemItem: .close, primaryAction: UIAction { [weak self] _ in self?.onEnd() })
    }

    /// The code goes into the fragment, which no server sees.
    private func address() -> URL? {
        guard origin(of: widgetURL) == kycOrigin else { return nil }
        var parts = URLComponents(url: widgetURL, resolvingAgainstBaseURL: false)
        parts?.fragment = "c=" + launchCode
        return parts?.url
    }

    private func origin(of url: URL) -> String {
        let port = url.port.map { ":\($0)" } ?? ""
        return "\(url.scheme ?? "")://\(url.host ?? "")\(port)"
    }

    // The camera for our own installation alone, and never the microphone.
    func webView(
        _ webView: WKWebView,
        requestMediaCapturePermissionFor origin: WKSecurityOrigin,
        initiatedByFrame frame: WKFrameInfo,
        type: WKMediaCaptureType,
        decisionHandler: @escaping (WKPermissionDecision) -> Void
    ) {
        let port = origin.port == 0 ? "" : ":\(origin.port)"
        let asking = "\(origin.protocol)://\(origin.host)\(port)"
        decisionHandler(asking == kycOrigin && type == .camera ? .grant : .deny)
    }

    // The widget and the payment page stay here; every other link is the browser's.
    func webView(
        _ webView: WKWebView,
        decidePolicyFor action: WKNavigationAction,
        decisionHandler: @escaping (WKNavigationActionPolicy) -> Void
    ) {
        guard let url = action.request.url else { return decisionHandler(.cancel) }
        if [kycOrigin, paymentOrigin].contains(origin(of: url)) { return decisionHandler(.allow) }
        if url.scheme == "https", action.targetFrame?.isMainFrame ?? true { UIApplication.shared.open(url) }
        decisionHandler(.cancel)
    }

    // iOS may end the page's process while the camera is in use. The launch code is spent by then:
    // close, and open again with a new one; the user goes on at the same step.
    func webViewWebContentProcessDidTerminate(_ webView: WKWebView) {
        onEnd()
    }
}
