import { findElement } from "./find-element.js";

/** What the server wrote into the head of the page: the session, and whom to trust as parent. */
export class ShellConfig {
  /**
   * @param {{session_id: string, parent_origins: string[], locale: string, consent_version: string,
   *   later_steps: string, later_looks: string, live_look: string}} block
   */
  constructor(block) {
    this.sessionId = block.session_id;
    this.parentOrigins = block.parent_origins;
    this.locale = block.locale;
    this.consentVersion = block.consent_version;
    this.later = { steps: block.later_steps, looks: block.later_looks };
    this.liveLook = block.live_look;
    this.isEmbedded = window.parent !== window;
  }

  /** @param {Document} $document */
  static read($document) {
    return new ShellConfig(JSON.parse(findElement($document, "#kyc-config", HTMLScriptElement).text));
  }
}
