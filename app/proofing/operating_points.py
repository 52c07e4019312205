"""Every threshold of faces, presence and picture quality, with its data and the error seen there.

"Evaluation data" is kept outside the product; "specimens" are drawn by `app.specimens`. A value is
changed only together with its new measurement.
"""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

from app.domain.thresholds import ThresholdName
from app.vision.score_scale import SCORE_A_DECADE

if TYPE_CHECKING:
    from collections.abc import Mapping

# Holder comparison, on the scale that all engines share: 0.2 for each power of ten of the FMR
# (app/vision/score_scale.py). Evaluation data: LFW development pairs, dlib-resnet-v1.
# n = 994 mated and 2,984 non-mated (11 of 4,040 pictures without a face): FMR 0.067 % (2 errors,
# 95 % bound 0.24 %), FNMR 3.7 % (37 errors, bounds 2.6 to 5.1 %).
HOLDER_MATCH_SCORE = 0.6
HOLDER_MATCH_FMR = 0.001
# FMR 1.0 % (30 errors), FNMR 0.70 % (7 errors, bounds 0.3 to 1.4 %). Between the two a person
# looks: three in a hundred honest applicants fall there.
HOLDER_NON_MATCH_SCORE = 0.4

# Presence: nose shift against the frontal pose, in outer eye distances. Specimen heads turned by 28
# degrees reach 0.13 to 0.17, live heads of the evaluation data 0.12 to 0.54; flat and bent prints
# turned upright stay under 0.08. Slanted ones reach 0.13 and are left to the next threshold.
TURN_SHIFT = 0.10
CENTRE_SHIFT = 0.05  # half of a turn; landmark jitter of a resting live head is under 0.02
# The detector's score against the frontal one. The five points of a head that is turned beyond 30
# degrees may lie anywhere. Of simulated heads that were found, under this share: 1 of 108 turned by
# 18 to 22 degrees, 22 of 51 by 32 to 34, 7 of 10 by 38.
TURNED_FAR_SCORE_SHARE = 0.25
BASELINE_MAX_SHIFT = 0.10  # frontal poses of live clips: -0.01 to 0.09 (camera beside the screen)
BASELINE_STEADINESS = 0.04
# Who looks to the same place for this long after "look straight ahead" means it: the slowest of the
# simulated persons begin to move after 2.6 s.
SETTLED_S = 3.0
ASIDE_REST_S = 2.5  # before the first turn, of who looks aside by more than CENTRE_SHIFT
STRAIGHTER_S = 0.4  # where that is straighter than the baseline was, it need not last so long
SETTLED_MAX_SHIFT = 0.15
# Between the frontal and the turned frame that are measured: of less, real heads show little depth.
# Where the points are lost before, the farthest frame that has them will do from the least on.
MEASURED_TURN = 0.08
LEAST_MEASURED_TURN = 0.06
LEAST_MEASURED_SHIFT = 0.08
# Left over by the best homography, the upper quarter of a challenge's turns. Drawn: 75 persons
# 0.057 and more; of 10 prints and masks worn round a head that met a challenge 4 stay under it, the
# others have 0.040 to 0.116 (and noses that lead by 0.038 at the most). Live heads of the
# evaluation data, three clips: 0.056 to 0.093. The flatter heads of `SimulatedApplicant` 0.045.
THREE_DIMENSIONALITY = 0.038
# How far the nose leads a flat and a bent sheet. Drawn: 74 of 75 persons 0.069 and more (the
# other, in thick glasses, turned by 40 degrees between two frames: -0.013), those 10 prints and
# masks 0.038 at the most. Live: three clips 0.054 to 0.065.
NOSE_LEAD = 0.045
# Width over height of the five points; upright prints turned by 40 degrees shrink it by 20 %.
FORESHORTENING = 0.12
# One frame of each quarter of a clip against the first, the least of them: nine simulated persons
# 2.20 and more, three live or replayed heads of the evaluation data 1.18 to 1.53. The bound is that
# of FMR 1 % above, far below, so that bad light and a hand before the mouth are not held against
# anybody: it is to find another person, and one in a hundred strangers passes.
SAME_PERSON_SCORE = HOLDER_NON_MATCH_SCORE
# Nose shift a second: specimen heads 0.3, live heads of the evaluation data up to 2.6. A picture
# swapped between two frames at 10 a second gives 4 and more.
MAX_SHIFT_PER_S = 4.0
MAX_JUMP_FACE_WIDTHS = 0.8  # the box's middle between neighbours; live heads up to 0.35
MAX_DISCONTINUITIES = 2
MAX_WRONG_TURNS = 1
MAX_EARLY_TURNS = 1  # turns before they were asked for; people who look at the screen make none
# Frames equal to an earlier, not neighbouring one. Noise makes live frames differ always; a looped
# specimen clip behind a browser's fake camera repeats up to a third.
REPEATED_FRAME_SHARE = 0.5
# Frames that were there before, neighbours included; simulated persons 0, two recorded live heads
# 0, six clips of stills 0.75 and more.
FROZEN_SHARE = 0.7
# Challenges that were failed before one was met. A recording that answers 3 of 32 deals meets one
# of the first three with 25.6 %, of the first ten with 62.6 %; who fails one of fourteen by honest
# mistake fails three in 0.04 %.
MAX_FAILED_CHALLENGES = 2
# Textured blocks of 16 px that stay the same to the last level, the median over neighbours; only
# reported. 8 simulated persons 0, live heads of four recorded clips 0 to 0.01 (0.04 at the most in
# a pair), 6 clips of stills 1. A film without noise of its own was not tried.
FROZEN_NOISE_SHARE = 0.2
# What passive networks give a bona fide presentation; only reported. Their authors' own bound.
PASSIVE_PAD_SCORE = 0.5
# Straight edges around the face that move, in its widths a pair of frames; only reported. 24 drawn
# persons 0 to 1.09, with the camera in a trembling hand to 1.08; drawn prints 14 of 15 above,
# displays in the hand 2 of 3, standing ones 0 of 6. Recorded: three live heads 0 to 0.57, a
# telephone in the hand 3.72.
MOVING_BORDER = 1.25
# Frames half way for each turn: 42 simulated persons 0.29 and more, stills that are switched none.
SEEN_HALF_WAY = 0.12
MIN_FACE_SHARE_OF_FRAMES = 0.5  # HOG found 72 of 72 and 132 of 134 frames of two webcam clips
MAX_SHARE_WITH_SEVERAL_FACES = 0.15

# Times on the server's clock. People answer a prompt in 0.7 to 3 s; a fifth of a second is less
# than seeing and turning takes.
FIRST_PROMPT_WINDOW_S = 45.0
PROMPT_WINDOW_S = 12.0
MIN_RESPONSE_S = 0.2

# Light of the screen. A colour is on the face a quarter of a second after it was told: a screen's
# and a camera's delay of 0.05 to 0.15 s each.
LIGHT_SETTLES_S = 0.25
LIGHT_WINDOW_S = 90.0
# Correlation of face against background with the dealt colours. Drawn here: of 22 persons on whom
# the screen gives a tenth of the light or more 21 reach it (the other 0.749), of 18 with less 12;
# of 44 displays, injected clips, filters and lights of other deals one (a filter, 0.85).
LIGHT_AGREEMENT = 0.75

# Selfie light and framing; live clip of the evaluation data 78 (dim room), specimens 135 to 160.
FACE_MIN_BRIGHTNESS = 40.0
FACE_MAX_BRIGHTNESS = 225.0
FACE_MIN_WIDTH_SHARE = 0.22  # of the frame's shorter side; live clips 0.22 to 0.45
FACE_MAX_WIDTH_SHARE = 0.80
# The face's middle from that of the frame, of its width; the oval shows 0.3 to each side. 99 % of
# the frames of 75 drawn persons and all of two live clips stay under it.
FACE_MAX_ASIDE = 0.22
FACE_MIN_SHARPNESS = 6.0  # live clips 13 and more
# Contrast of eyes and mouth. Evaluation data: 447 uncovered faces of LFW none under either (95 %
# bound 0.8 %), 63 frames of four live clips 0.073 and more. With covers drawn over them: masks 132
# of 132, scarves 84 of 85, hands 213 of 323, dark glasses 307 of 447; of 447 each the detector lost
# 315 masks, 362 scarves and 124 hands altogether.
FACE_MIN_EYE_CONTRAST = 0.06
FACE_MIN_MOUTH_CONTRAST = 0.05

# Document pictures. Sharpness: evaluation data, 101 simulated photographs of easy and medium
# difficulty 0.19 and more, 65 hard ones 0.075 and more; 38 blurred by 2.5 per mille of their width
# stay at or under 0.062. No error on either side (95 % bounds 2 % and 8 %).
DOCUMENT_MIN_SHARPNESS = 0.066
# The largest reflections: 38 strong ones over a card 0.02 to 0.09, 33 of them above the threshold;
# of 166 photographs without one, none is above (95 % bound 2 %).
DOCUMENT_MAX_GLARE = 0.045
# Mean gray level; 38 pictures darkened to a fifth 15 to 41, easy and medium ones 65 and more.
DOCUMENT_MIN_BRIGHTNESS = 33.0
DOCUMENT_MIN_BRIGHTEST = 90.0
DOCUMENT_MIN_TEXTURED = 0.02
DOCUMENT_MIN_SIDE_PX = 480
# Lines of print by the text detector: tables, fur and blank pages 0 to 3; of 204 pictures of the
# evaluation data without an MRZ or barcode in sight 6 show under 4, 3 of these beside a face.
DOCUMENT_MIN_TEXT_LINES = 4
DOCUMENT_MIN_TEXT_LINES_BESIDE_FACE = 2
# Lines as long as a letter's, where there is no face: pages of prose 20 and more, 202 of 204
# pictures of documents 4 at the most; two show an open passport, whose portrait speaks for it.
PROSE_MIN_LINES = 8
PROSE_MIN_SHARE = 0.25
# From this score on an outline is a document's even where nothing can be read.
DOCUMENT_SURE_OUTLINE = 0.80
# The document's longer side in px; 115 simulated photographs of the evaluation data 318 and more.
# Under 300 a character of TD3 has less than 7 px.
DOCUMENT_MIN_LONG_PX = 300
# A face this wide is a person, not a portrait: portraits on 60 documents of the evaluation data
# fill 0.11 to 0.26 of the picture's width, faces of five selfies 0.29 and more.
PORTRAIT_MAX_WIDTH_SHARE = 0.275
# The portrait against the document's longer side: fronts 0.135 to 0.29 (two of 80 lower), the small
# repeated portraits of 20 backs 0.08 to 0.121.
PORTRAIT_MIN_SHARE = 0.127
# Bits of 256 of the layout hash. 60 pairs of one side on other tables differ in 0 to 24 (53 pairs)
# or 60 to 78 (7, outline found wrongly); 52 pairs of front and back in 92 and more: 12 % of repeats
# are missed, no front taken for a back (95 % bound 6 %).
SAME_SIDE_MAX_BITS = 58

# Signs of a screen, a copy, an edit; see docs/document-signals.md for the pictures that were drawn
# and the whole tables. A grid's peak: of 60 drawn photographs none reaches 1.0, of 237 of the
# evaluation data two reach this; 30 to 40 % of drawn screens stay under it.
DOCUMENT_SCREEN_PATTERN = 1.35
# Colour beside the light's own: 24 drawn gray copies 0.45 to 1.14, 60 drawn photographs 4.1 and
# more; fronts of the evaluation data 1.24 and more, but for four drawings that have no colour.
DOCUMENT_COLOUR_RANGE = 1.2
# A patch without noise: 60 drawn photographs 0 to 1; of 171 of the evaluation data one drawing is
# above. 10 of 24 painted grounds are found; smoothing cameras hide the others.
DOCUMENT_PAINTED_PATCH = 5.0
# The sharpest print against the lens: 16 drawn photographs at most 1.18, 16 drawn copies 1.20, 108
# simulated photographs of the evaluation data 1.29, one scan 1.44; 15 of 16 pasted portraits 1.40
# and more, the other one 1.30.
DOCUMENT_CUT_OUT_EDGE = 1.35

# The points that a tier may move, by the name that a policy file gives them.
POINTS: Mapping[str, float] = {
    ThresholdName.HOLDER_MATCH_SCORE: HOLDER_MATCH_SCORE,
    ThresholdName.HOLDER_NON_MATCH_SCORE: HOLDER_NON_MATCH_SCORE,
    ThresholdName.PRESENCE_SAME_PERSON_SCORE: SAME_PERSON_SCORE,
    ThresholdName.PRESENCE_THREE_DIMENSIONALITY: THREE_DIMENSIONALITY,
    ThresholdName.PRESENCE_REPEATED_FRAME_SHARE: REPEATED_FRAME_SHARE,
    ThresholdName.PRESENCE_FACE_SHARE: MIN_FACE_SHARE_OF_FRAMES,
    ThresholdName.DOCUMENT_SCREEN_PATTERN: DOCUMENT_SCREEN_PATTERN,
    ThresholdName.DOCUMENT_COLOUR_RANGE: DOCUMENT_COLOUR_RANGE,
    ThresholdName.DOCUMENT_PAINTED_PATCH: DOCUMENT_PAINTED_PATCH,
    ThresholdName.DOCUMENT_CUT_OUT_EDGE: DOCUMENT_CUT_OUT_EDGE,
}


def duplicate_face_score(templates: int, false_alarms: float) -> float:
    """The threshold at which a search among so many strangers raises so many alarms on average.

    Evaluation data: LFW, dlib-resnet-v1, one picture each of N persons searched by the others'
    pictures. For 0.01: 314 of 31,432 at N = 100, 102 of 12,116 at 1,000, 49 of 5,760 at 2,589.
    The scale is measured to a score of 1.0 and goes straight on from there: 10 of 8.1 million pairs
    reach 1.2, where 8 are promised, at least 5 of them pictures of one person under two names.
    """
    decades = log10(max(templates, 1) / false_alarms)
    return round(max(HOLDER_MATCH_SCORE, SCORE_A_DECADE * decades), 4)
