import { TAGS } from '@cordon/incident';
import { ec2State, type Snapshot } from '@cordon/local-aws';
import { tagsAtCreation } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { nameOf } from '../our-calls.ts';
import type { Scene } from '../scene.ts';

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html : concurrent copies to one destination Region */
const QUOTA = 20;
/** Of the quota, while disks wait for a slot. A run has copies of minutes and few turns, of which each costs seconds; `pnpm bench` holds a long queue to 95 %. */
const KEPT_FULL = 0.8;

interface Ran {
  readonly from: number;
  readonly until: number;
}

const ranFrom = ({ startedAt, completedAt, completesAt }: Snapshot): Ran => ({
  from: startedAt,
  until: completedAt ?? completesAt ?? Number.POSITIVE_INFINITY,
});

const runningAt = (copies: readonly Ran[], at: number): number =>
  copies.filter(({ from, until }) => from <= at && at < until).length;

/** The part of the quota that ran copies between two moments. */
const usedBetween = (copies: readonly Ran[], from: number, until: number): number => {
  const ran = copies.reduce(
    (sum, copy) => sum + Math.max(0, Math.min(copy.until, until) - Math.max(copy.from, from)),
    0,
  );
  return ran / (QUOTA * (until - from));
};

/** From the first word that a disk of a Region waits to the last copy of one that waited. */
const waitedIn = ({ events, calls }: Scene, region: string, evidence: string): Ran | undefined => {
  const first = events.find((one) => one.kind === 'evidence-queued' && one.region === region);
  const last = calls.findLast(
    ({ call, ok, account }) =>
      ok &&
      account === evidence &&
      call.operation === 'CopySnapshot' &&
      call.region === region &&
      // What an examination put out is there only after its disks were copied: nothing rests for it.
      tagsAtCreation(call.input).get(TAGS.holds) !== 'results',
  );
  return first === undefined || last === undefined || last.call.sentAt <= first.at
    ? undefined
    : { from: first.at, until: last.call.sentAt };
};

/** The evidence account never runs more copies in a Region than EC2 lets it, never asks for one too many, and lets no slot rest while disks wait. */
export const copiesWithinQuota: Invariant = {
  id: 'copies-within-quota',
  judge: (scene) => {
    const { accounts, organization } = scene.remains;
    const regions = [...new Set(scene.incidents.map(({ region }) => region))];
    const inRegions = regions.map((region) => ({
      region,
      copies: [...organization.world.of(ec2State, accounts.evidence, region).snapshots.values()].map(ranFrom),
    }));
    const count = inRegions.reduce((sum, { copies }) => sum + copies.length, 0);
    if (count === 0) return notJudged('nothing was copied into the evidence account');
    const over = inRegions.flatMap(({ region, copies }) => {
      const most = Math.max(0, ...copies.map(({ from }) => runningAt(copies, from)));
      return most > QUOTA ? [`${most} copies ran at once in ${region}`] : [];
    });
    const refused = scene.calls.flatMap((one) =>
      one.account === accounts.evidence &&
      typeof one.call.outcome === 'object' &&
      one.call.outcome.code === 'ResourceLimitExceeded'
        ? [`${nameOf(one)} was one copy too many`]
        : [],
    );
    const waited = inRegions.flatMap(({ region, copies }) => {
      const span = waitedIn(scene, region, accounts.evidence);
      return span === undefined ? [] : [{ region, used: usedBetween(copies, span.from, span.until) }];
    });
    const idle = waited.flatMap(({ region, used }) =>
      used < KEPT_FULL
        ? [`while disks waited in ${region}, ${Math.round(used * 100)} % of the slots were used`]
        : [],
    );
    const full = waited.map(
      ({ region, used }) =>
        `; while disks waited in ${region}, ${Math.round(used * 100)} % of the slots were used`,
    );
    return verdictOn(
      [...over, ...refused, ...idle],
      `${count} cop${count === 1 ? 'y' : 'ies'} into the evidence account, never more than ${QUOTA} at once in a Region${full.join('')}`,
    );
  },
};
