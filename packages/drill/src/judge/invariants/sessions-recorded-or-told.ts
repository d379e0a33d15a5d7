import { decodeSigned, keepingLedger, sha256Hex, vaultKeys, type CustodyEvent } from '@cordon/evidence';
import { SESSION_LOG_GROUP_NAME, TAGS } from '@cordon/incident';
import { ec2State, observabilityState, ssmState } from '@cordon/local-aws';
import { folderOf } from '../custody.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import type { Scene } from '../scene.ts';

/** What was typed last is this old: a recording that is not there is waited for an hour, and the clock looks every quarter of one. */
const JUDGED_AFTER_MS = 76 * 60_000;

/** A session on a forensic machine, and what its log stream holds. */
interface Session {
  readonly sessionId: string;
  readonly incidentId: string;
  readonly messages: readonly string[];
}

/** Whether anybody was on a forensic machine, for so long that it must be known what became of the recording. */
export const hasSessions = (scene: Scene): boolean => sessionsIn(scene).length > 0;

const sessionsIn = ({ remains }: Scene): readonly Session[] => {
  const { world, journal } = remains.organization;
  const endedAt = journal.calls.at(-1)?.sentAt ?? 0;
  const account = remains.accounts.forensics;
  return world.facts.regions.flatMap((region) => {
    const streams = world.of(observabilityState, account, region).logStreams.get(SESSION_LOG_GROUP_NAME);
    const { instances } = world.of(ec2State, account, region);
    return [...world.of(ssmState, account, region).sessions.values()]
      .filter(({ activeAt }) => endedAt - activeAt >= JUDGED_AFTER_MS)
      .map(({ sessionId, target }) => ({
        sessionId,
        incidentId: instances.get(target)?.tags.get(TAGS.incident) ?? '',
        messages: (streams?.get(sessionId) ?? []).map(({ message }) => message),
      }));
  });
};

const keptOf = ({ remains }: Scene, incidentId: string): readonly CustodyEvent[] => {
  const ledger = keepingLedger(incidentId);
  return [...folderOf(remains, ledger)]
    .filter(([key]) => key.startsWith(`${vaultKeys.prefix(ledger)}custody/`))
    .map(([key, { body }]) => decodeSigned(key, body).entry.event);
};

/** What the vault holds of a recording that an entry names. */
const carried = (
  { remains }: Scene,
  { ledgerId, parts }: Extract<CustodyEvent, { kind: 'session-recorded' }>,
): Buffer => {
  const folder = folderOf(remains, ledgerId);
  return Buffer.concat(
    parts.flatMap(({ label }) => folder.get(vaultKeys.object(ledgerId, label))?.body ?? []),
  );
};

const wrongOf = (scene: Scene, { sessionId, incidentId, messages }: Session): readonly string[] => {
  const kept = keptOf(scene, incidentId);
  const told = kept.flatMap((event) =>
    event.kind === 'recording-missing' && event.sessionId === sessionId ? [event] : [],
  );
  const [recorded, ...again] = kept.flatMap((event) =>
    event.kind === 'session-recorded' && event.sessionId === sessionId ? [event] : [],
  );
  if (told.length + again.length + (recorded === undefined ? 0 : 1) > 1)
    return [`session ${sessionId} is told more than once`];
  if (messages.length === 0)
    return told.length === 1 ? [] : [`session ${sessionId} has no recording, and its ledger does not say so`];
  if (recorded === undefined) return [`the recording of session ${sessionId} is not in custody`];
  const whole = carried(scene, recorded);
  const lines = whole.toString('utf8').split('\n').slice(0, -1);
  const holds =
    lines.length === messages.length &&
    messages.every((text, at) => lines[at]?.includes(JSON.stringify(text)));
  return holds && sha256Hex(whole) === recorded.sha256
    ? []
    : [`what is in custody of session ${sessionId} is not what its machine recorded`];
};

/** Of every session on a forensic machine the recording is in custody as it was made, once, or its ledger says that there is none. */
export const sessionsRecordedOrTold: Invariant = {
  id: 'sessions-recorded-or-told',
  judge: (scene) => {
    if (scene.remains.through !== 'seal') return notJudged('the run was not judged through the seal');
    const sessions = sessionsIn(scene);
    if (sessions.length === 0) return notJudged('nobody worked on a forensic machine');
    const silent = sessions.filter(({ messages }) => messages.length === 0).length;
    return verdictOn(
      sessions.flatMap((session) => wrongOf(scene, session)),
      `${sessions.length} session(s) on forensic machines: ${sessions.length - silent} recording(s) in custody, ${silent} told as missing`,
    );
  },
};
