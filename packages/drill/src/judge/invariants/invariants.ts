import type { DrillResult } from '../../result.ts';
import type { FindingRow } from '../findings.ts';
import type { Invariant, Verdict } from '../invariant.ts';
import type { Scene } from '../scene.ts';
import { blocksSayTrue } from './blocks-say-true.ts';
import { boundedAndTold } from './bounded-and-told.ts';
import { chainedSessionsDenied } from './chained-sessions-denied.ts';
import { containedOnlyAfterReadBack } from './contained-only-after-read-back.ts';
import { climbedOnlyWhenOpen } from './climbed-only-when-open.ts';
import { contentsStayInRegion } from './contents-stay-in-region.ts';
import { copiesWithinQuota } from './copies-within-quota.ts';
import { custodyVerifies } from './custody-verifies.ts';
import { everyVolumeInCustodyOrReasoned } from './every-volume-in-custody-or-reasoned.ts';
import { flowsCutOrNamed } from './flows-cut-or-named.ts';
import { hostileTextContained } from './hostile-text-contained.ts';
import { memoryInCustodyOrReasoned } from './memory-in-custody-or-reasoned.ts';
import { neighboursUnbroken } from './neighbours-unbroken.ts';
import { neverLessContained } from './never-less-contained.ts';
import { noCallOutsideADuty } from './no-call-outside-a-duty.ts';
import { noCredentialsToTheSuspect } from './no-credentials-to-the-suspect.ts';
import { NO_FINDING_LOST, noFindingLost } from './no-finding-lost.ts';
import { nothingBeforeApproval } from './nothing-before-approval.ts';
import { oneOpenIncidentPerInstance } from './one-open-incident-per-instance.ts';
import { plainSwapIsNotEnough } from './plain-swap-is-not-enough.ts';
import { proofIsTrue } from './proof-is-true.ts';
import { reasonIsTrue } from './reason-is-true.ts';
import { releasedExactly } from './released-exactly.ts';
import { replacementIsClean } from './replacement-is-clean.ts';
import { hasSessions, sessionsRecordedOrTold } from './sessions-recorded-or-told.ts';
import { sourceEvidenceUntouched } from './source-evidence-untouched.ts';

/** In the order of DESIGN section 7, then what the mission adds. */
const INVARIANTS: readonly Invariant[] = [
  neverLessContained,
  containedOnlyAfterReadBack,
  flowsCutOrNamed,
  sourceEvidenceUntouched,
  everyVolumeInCustodyOrReasoned,
  copiesWithinQuota,
  noCredentialsToTheSuspect,
  oneOpenIncidentPerInstance,
  boundedAndTold,
  noCallOutsideADuty,
  hostileTextContained,
  neighboursUnbroken,
  custodyVerifies,
  nothingBeforeApproval,
  climbedOnlyWhenOpen,
  proofIsTrue,
  releasedExactly,
];

/** What no single run can show, and where it is shown instead. */
const ELSEWHERE: DrillResult['notJudged'] = [
  {
    id: 'no-permission-unused',
    why: 'one run uses only some permissions; `pnpm policies` judges it over all scenarios and cases',
  },
  {
    id: 'same-journal-same-decisions',
    why: 'one run has one journal; a test replays it and compares the bytes',
  },
];

/** Holds a run against every invariant: those that it could have broken, and the others with the reason why not. */
export const judgeInvariants = (
  scene: Scene,
  findings: readonly FindingRow[],
): Pick<DrillResult, 'invariants' | 'notJudged'> => {
  const verdicts: readonly (readonly [string, Verdict])[] = [
    [NO_FINDING_LOST, noFindingLost(findings)],
    ...[
      ...INVARIANTS,
      ...(scene.remains.plainSwapTwin === undefined ? [] : [plainSwapIsNotEnough]),
      ...(scene.remains.suspects.some(({ alone }) => alone !== undefined) ? [replacementIsClean] : []),
      ...(scene.calls.some(({ call }) => call.service === 'ebs') ? [blocksSayTrue] : []),
      ...(scene.remains.suspects.some(({ volumes }) => volumes.some(({ keyCase }) => keyCase !== undefined))
        ? [reasonIsTrue]
        : []),
      ...(scene.remains.roleChain === undefined ? [] : [chainedSessionsDenied]),
      ...(scene.calls.some(({ duty }) => duty === 'capture') ? [memoryInCustodyOrReasoned] : []),
      ...(scene.incidents.some(({ region }) => region !== scene.remains.homeRegion)
        ? [contentsStayInRegion]
        : []),
      ...(hasSessions(scene) ? [sessionsRecordedOrTold] : []),
    ].map(({ id, judge }) => [id, judge(scene)] as const),
  ];
  return {
    invariants: verdicts.flatMap(([id, verdict]) =>
      verdict.status === 'not-judged'
        ? []
        : [{ id, held: verdict.status === 'held', detail: verdict.detail }],
    ),
    notJudged: [
      ...verdicts.flatMap(([id, verdict]) =>
        verdict.status === 'not-judged' ? [{ id, why: verdict.why }] : [],
      ),
      ...ELSEWHERE,
    ],
  };
};
