import { sha256Hex } from '@cordon/evidence';
import * as z from 'zod';
import { assumedSchema, callerSchema, type TrailEvent } from './read-event.ts';

/** Links of a chain, and sessions, that are followed at most. A longer or wider one is said to be there, and left to a person. */
export const MOST_LINKS = 5;
/** Sessions of one incident that are denied at most. */
export const MOST_CHAINED = 20;

/** A session that goes back to the contained instance's own, through one AssumeRole or several. */
export const chainedSession = assumedSchema.omit({ accessKeyId: true }).extend({
  /** Stands for the session where its name must not be told: it is the attacker's choice. */
  id: z.string(),
  /** Of each time that it was assumed. */
  accessKeyIds: z.array(z.string()),
  /** 1 where the instance's own session assumed it. */
  link: z.int(),
});
/** A session that goes back to the contained instance's own. */
export type ChainedSession = z.infer<typeof chainedSession>;

/** An AssumeRole and who called it. */
export const linkSchema = z.object({ caller: callerSchema, assumed: assumedSchema });
/** An AssumeRole and who called it. */
export type Link = z.infer<typeof linkSchema>;

/** What an event says of a chain, if it says anything. */
export const linkOf = ({ caller, assumed }: TrailEvent): Link | undefined =>
  assumed === undefined ? undefined : { caller, assumed };

/** What `aws:userid` holds in a session. */
export const userIdOf = ({ roleId, sessionName }: Pick<ChainedSession, 'roleId' | 'sessionName'>): string =>
  `${roleId}:${sessionName}`;

/** ARN by which lookups find the calls that made a session. */
export const sessionArnOf = ({
  roleArn,
  account,
  sessionName,
}: Pick<ChainedSession, 'roleArn' | 'account' | 'sessionName'>): string =>
  `arn:${roleArn.split(':')[1]}:sts::${account}:assumed-role/${roleArn.slice(roleArn.lastIndexOf('/') + 1)}/${sessionName}`;

const latest = (a: string, b: string): string => (a > b ? a : b);

const merged = (before: ChainedSession | undefined, { assumed }: Link, link: number): ChainedSession => {
  const { accessKeyId, ...session } = assumed;
  return {
    ...session,
    id: sha256Hex(userIdOf(assumed)).slice(0, 12),
    accessKeyIds: [...new Set([...(before?.accessKeyIds ?? []), accessKeyId])],
    link: before?.link ?? link,
    expiresAt: latest(before?.expiresAt ?? '', assumed.expiresAt),
    // Which of them a request comes with is not known: each may go before the role's.
    tagKeys: [...new Set([...(before?.tagKeys ?? []), ...assumed.tagKeys])],
  };
};

/** A chain as it was found. */
export interface Chain {
  readonly sessions: readonly ChainedSession[];
  /** True where it goes on beyond what is followed. */
  readonly goesOn: boolean;
}

/**
 * The sessions that go back to an instance's own: those that a session whose name is the instance's id assumed in its account, then
 * those that were assumed with one of their keys, and so on. Sessions of one role and name are one: no deny could tell them apart.
 * Breadth first, so that what is cut off at a bound is the farthest. Pure; the order of the events does not matter.
 */
export const chainedSessions = (
  links: readonly Link[],
  instance: { readonly account: string; readonly instanceId: string },
): Chain => {
  const found = new Map<string, ChainedSession>();
  const keys = new Set<string>();
  const isOfInstance = ({ account, principalId }: Link['caller']): boolean =>
    account === instance.account && principalId.endsWith(`:${instance.instanceId}`);
  let left = [...links].toSorted((a, b) =>
    a.assumed.assumedAt < b.assumed.assumedAt ? -1 : a.assumed.assumedAt > b.assumed.assumedAt ? 1 : 0,
  );
  let full = false;
  for (let link = 1; link <= MOST_LINKS; link += 1) {
    const mine = left.filter(
      ({ caller }) => (link === 1 && isOfInstance(caller)) || keys.has(caller.accessKeyId ?? ''),
    );
    if (mine.length === 0) return { sessions: [...found.values()], goesOn: full };
    left = left.filter((one) => !mine.includes(one));
    for (const one of mine) {
      const id = userIdOf(one.assumed);
      if (!found.has(id) && found.size >= MOST_CHAINED) {
        full = true;
        continue;
      }
      found.set(id, merged(found.get(id), one, link));
      keys.add(one.assumed.accessKeyId);
    }
  }
  return {
    sessions: [...found.values()],
    goesOn: full || left.some(({ caller }) => keys.has(caller.accessKeyId ?? '')),
  };
};
