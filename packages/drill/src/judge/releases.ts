import * as z from 'zod';
import { inner, text } from './fields.ts';
import type { OurCall } from './our-calls.ts';
import type { Scene } from './scene.ts';
import { bodyOf, isPerson } from './signed-requests.ts';

/** A release that people wanted and the operator function had performed. */
export interface WantedRelease {
  readonly incidentId: string;
  /** Virtual epoch ms at which the last person said yes. */
  readonly at: number;
  readonly giveUp: readonly string[];
}

const asked = z.object({
  action: z.literal('release'),
  incident: z.string(),
  planHash: z.string(),
  giveUp: z.array(z.string()).default([]),
});
const answer = z.object({
  action: z.literal('approve'),
  subject: z.string(),
  decision: z.literal('approve'),
});

/**
 * Every release that two authenticated people stand for: one asked for it by its hash, another approved that very request. Read
 * from the signed requests alone, not from what any function wrote down.
 */
export const wantedReleases = ({ remains }: Scene): readonly WantedRelease[] => {
  const signed = remains.organization.journal.calls
    .filter(
      ({ operation, outcome, caller }) =>
        operation === 'InvokeFunctionUrl' && outcome === 'ok' && isPerson(caller),
    )
    .map((call) => ({ call, ...bodyOf(call) }));
  return signed.flatMap(({ call, asked: body, answered }) => {
    const wanted = asked.safeParse(body);
    const request = text(inner(answered, 'waits'), 'subject');
    if (!wanted.success || text(answered, 'status') !== 'waits-for-second-person' || request === undefined)
      return [];
    const second = signed.find((other) => {
      const said = answer.safeParse(other.asked);
      return said.success && said.data.subject === request && other.call.caller !== call.caller;
    });
    return second === undefined
      ? []
      : [{ incidentId: wanted.data.incident, at: second.call.sentAt, giveUp: wanted.data.giveUp }];
  });
};

/** Whether a call lifts what people wanted lifted: by the release duty, for that incident, and not before they said so. */
export const isWantedRelease = (
  wanted: readonly WantedRelease[],
  { duty, session, call }: OurCall,
): boolean =>
  duty === 'release' && wanted.some(({ incidentId, at }) => incidentId === session && at <= call.sentAt);

/** Isolation groups that a wanted release took away, once nothing was in them any more. */
export const groupsTakenAway = (scene: Scene, wanted: readonly WantedRelease[]): ReadonlySet<string> =>
  new Set(
    scene.calls
      .filter((one) => one.ok && one.call.operation === 'DeleteSecurityGroup' && isWantedRelease(wanted, one))
      .flatMap(({ call }) => text(call.input, 'GroupId') ?? []),
  );

/** Incidents that were told to be released. */
export const toldReleased = ({ events }: Scene): ReadonlySet<string> =>
  new Set(
    events.flatMap(({ kind, incidentId }) =>
      kind === 'released' && incidentId !== undefined ? [incidentId] : [],
    ),
  );
