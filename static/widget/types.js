/**
 * The shapes that the widget's own interface speaks; comments for the type checker, nothing for the browser.
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Region fractions of the picture, origin top-left
 * @typedef {{code: string, region?: Region | null, step?: string, action?: string}} Reason
 * @typedef {"consent" | "document_type" | "document_front" | "document_back" | "selfie" | "proof_of_address" | "submit"
 *   | "processing" | "in_review" | "verified" | "retry" | "rejected"} StateStep
 *
 * @typedef {object} WidgetState what the server knows about this verification
 * @property {string} partner_user_id
 * @property {string} stage
 * @property {string} kyc_status
 * @property {StateStep} step
 * @property {string | null} document_type
 * @property {string[]} document_types
 * @property {("front" | "back")[]} sides
 * @property {string[]} accepted
 * @property {PresenceWay[]} presence_ways
 * @property {boolean} presence_light whether the screen is to show colours
 * @property {boolean} retryable
 * @property {Reason[]} reasons
 * @property {number | null} attempts_left
 * @property {{status: string, reasons: Reason[], max_age_days: number} | null} proof_of_address null where none is asked for
 * @property {string | null} retry_at from when a rejected user may begin again
 * @property {string | null} expected_by
 * @property {number | null} [typical_wait_s] what four of five examinations took
 * @property {number} version
 * @property {{handoff_id: string, is_phone: boolean} | null} [handoff] while a phone goes on
 *
 * @typedef {{client_token: string, expires_at: string, locale?: string, spare_code?: string | null}} TokenAnswer
 * @typedef {{body: {launch_code: string, with_spare: boolean}, response: Promise<Response>}} BegunLaunch the code was sent already
 * @typedef {{code: string | null, back: string | null}} KeptByPage a spare launch code, and where the partner's page is
 * @typedef {"waiting" | "scanned" | "active" | "refused" | "taken_back" | "expired"} HandoffStatus
 * @typedef {object} Handoff
 * @property {string} handoff_id
 * @property {HandoffStatus} status
 * @property {number[]} choices three while a phone shows its number
 * @property {string} expires_at
 * @property {WidgetState} state
 * @property {string} [link] of a fresh one
 * @property {string} [qr_code]
 *
 * @typedef {{state: WidgetState}} StateAnswer
 * @typedef {{accepted: boolean, reasons?: Reason[], state: WidgetState}} CaptureAnswer
 * @typedef {"turns" | "still"} PresenceWay by turns of the head, or by a look that a person judges
 * @typedef {"center" | "yaw_left" | "yaw_right" | "light"} PresencePrompt
 * @typedef {object} Challenge
 * @property {string} challenge_id
 * @property {PresencePrompt} prompt
 * @property {number} prompt_index
 * @property {number} prompts_total
 * @property {number} prompt_deadline_s
 * @property {string | null} light the colour to show now
 * @property {number} frame_interval_ms
 *
 * @typedef {object} FrameAnswer
 * @property {"open" | "met" | "failed"} status
 * @property {PresencePrompt} prompt
 * @property {number} prompt_index
 * @property {number} prompts_total
 * @property {string | null} light
 * @property {string | null} hint
 * @property {Region | null} hint_region
 * @property {Reason[]} [reasons]
 * @property {WidgetState} [state]
 *
 * @typedef {{status: number, data: any, etag: string | null, serverNowMs: number}} Answer
 *
 * @typedef {object} StepContext what a step may use
 * @property {import("./api-client.js").ApiClient} api
 * @property {import("./catalogue.js").Catalogue} catalogue
 * @property {import("./announcer.js").Announcer} announcer
 * @property {import("./parent-channel.js").ParentChannel} channel
 * @property {import("./flow.js").Flow} flow
 * @property {import("./shell-config.js").ShellConfig} config
 * @property {import("./client-token.js").ClientToken} token
 * @property {import("./way-back.js").WayBack} wayBack
 * @property {import("./spare-code.js").SpareCode} spareCode
 *
 * @typedef {{state: WidgetState | null, error?: import("./api-error.js").ApiError | null, returning?: boolean,
 *   handoff?: Handoff, handoffCode?: string}} StepInput
 */
export {};
