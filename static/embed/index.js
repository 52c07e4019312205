import "./v1.js";

/** For bundlers: `import { open } from "kyc-widget-embed"`. On a server that renders pages both are undefined. */
export const { open, version } = globalThis.window?.KycWidget ?? {};
