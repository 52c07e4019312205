// The hosted widget in React Native, by react-native-webview 13 or newer.
//
// iOS, Info.plist: NSCameraUsageDescription. Android, AndroidManifest.xml: android.permission.CAMERA.
// The page is not given a bridge: there is no injected script and no message handler.
import React, { useCallback, useEffect, useState } from "react";
import { Linking, PermissionsAndroid, Platform, Text } from "react-native";
import { WebView, type WebViewNavigation } from "react-native-webview";

const KYC_ORIGIN = "https://kyc.example";
const PAYMENT_ORIGIN = "https://shop.example";

interface Props {
  /** As answered by POST /widget/client-tokens. */
  widgetUrl: string;
  launchCode: string;
  /** The user is done, or the page was lost: ask your backend for the status. */
  onEnd: () => void;
}

const originOf = (url: string): string => /^https:\/\/[^/?#]+/.exec(url)?.[0] ?? "";

/** Android's WebView denies the camera without a word unless the app holds the permission: ask before it opens. */
const useCamera = (): boolean | null => {
  const [isReady, setIsReady] = useState<boolean | null>(Platform.OS === "android" ? null : true);
  useEffect(() => {
    if (Platform.OS !== "android") return;
    PermissionsAndroid.request(PermissionsAndroid.PERMISSIONS.CAMERA).then(
      // Without it the widget still takes files: a refusal is no reason not to open.
      (answer) => setIsReady(answer === PermissionsAndroid.RESULTS.GRANTED),
      () => setIsReady(false),
    );
  }, []);
  return isReady;
};

export function KycWebView({ widgetUrl, launchCode, onEnd }: Props): React.JSX.Element | null {
  const isReady = useCamera();

  const mayLoad = useCallback((request: { url: string; isTopFrame?: boolean }) => {
    const origin = originOf(request.url);
    if (origin === KYC_ORIGIN || origin === PAYMENT_ORIGIN) return true;
    // Every other link is the browser's; what is not https goes nowhere.
    if (origin && request.isTopFrame !== false) void Linking.openURL(request.url);
    return false;
  }, []);

  const follow = useCallback(
    ({ url }: WebViewNavigation) => {
      if (url.startsWith(`${PAYMENT_ORIGIN}/kyc-done`)) onEnd();
    },
    [onEnd],
  );

  if (originOf(widgetUrl) !== KYC_ORIGIN) return <Text>This address is not the identity check.</Text>;
  if (isReady === null) return null;
  return (
    <WebView
      source={{ uri: `${widgetUrl}#c=${encodeURIComponent(launchCode)}` }}
      originWhitelist={[KYC_ORIGIN, PAYMENT_ORIGIN]}
      onShouldStartLoadWithRequest={mayLoad}
      onNavigationStateChange={follow}
      // iOS asks the user once; the grant is for the origin that holds the camera already, which is ours alone.
      mediaCapturePermissionGrantType="grantIfSameHostElsePrompt"
      mediaPlaybackRequiresUserAction={false}
      allowsInlineMediaPlayback
      javaScriptEnabled
      incognito
      allowFileAccess={false}
      mixedContentMode="never"
      setSupportMultipleWindows={false}
      // The system took the page's process. Its launch code is spent: open anew with another one.
      onContentProcessDidTerminate={onEnd}
      onRenderProcessGone={onEnd}
    />
  );
}
