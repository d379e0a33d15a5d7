import {
  applyLimits,
  budgetsOf,
  scalingGroupName,
  type AccountPlace,
  type Budget,
  type CountedCase,
  type IncidentRef,
  type Limited,
  type Posture,
} from '@cordon/incident';
import type { Services } from '../services.ts';
import { limitPut, readOrGoOn, type LimitNames, type ReadLimits } from '../store/limit-table.ts';
import { tell } from '../store/notify.ts';

/**
 * Rounds of read, decide and write. A round is lost only when another incident was counted in it, and whatever budget there is
 * fills up in the end, after which nothing is written; when even these are used up the message comes again, soon.
 */
const MOST_ROUNDS = 60;

/** An incident, or its next plan, that is to be held against the limits. */
export interface Wanted {
  readonly incident: IncidentRef;
  readonly place: AccountPlace | undefined;
  /** What the policy allows before any limit. */
  readonly posture: Posture;
  readonly names: LimitNames;
  /** Rows that were read before, for the first round. */
  readonly ahead?: Ahead | undefined;
}

/** Rows that were read before they were needed, and which they are. */
export interface Ahead extends ReadLimits {
  readonly read: LimitNames;
}

/** What of an incident its limits hang on. */
type Limitable = Pick<IncidentRef, 'account' | 'region' | 'severity' | 'caseId' | 'scalingGroup'>;

/** What an opening may do, and the rows that must be written with it. */
export interface Round {
  readonly limited: Limited;
  readonly beside: readonly ReturnType<typeof limitPut>[];
}

/** What an incident counts as. The unit is the one that the account is directly in. */
const countedCase = (incident: Limitable, place: AccountPlace | undefined): CountedCase => ({
  // Every incident has had one since there were limits.
  caseId: incident.caseId ?? '',
  severity: incident.severity,
  account: incident.account,
  unit: place?.units?.findLast((unit) => unit.startsWith('ou-')),
});

/** The rows that an incident's limits are in. */
export const limitNames = (
  incident: Limitable,
  place: AccountPlace | undefined,
  { config }: Pick<Services, 'config'>,
): LimitNames => {
  const { limits } = config.policy;
  const group = limits === 'off' ? undefined : incident.scalingGroup;
  const budgets = budgetsOf(limits, countedCase(incident, place));
  return {
    breakers: budgets.map(({ name }) => name),
    resets: budgets.map(({ resetScope }) => resetScope),
    groups: group === undefined ? [] : [scalingGroupName(incident.account, incident.region, group)],
  };
};

const has = ({ read }: Ahead, { breakers, groups }: LimitNames): boolean =>
  breakers.every((name) => read.breakers.includes(name)) &&
  groups.every((name) => read.groups.includes(name));

/**
 * Decides under the limits and has it written, as often as it takes until nobody else was faster. `act` writes and says
 * `beaten` when a row had changed. Throws when it was beaten every time.
 */
export const underLimits = async <Done>(
  { incident, place, posture, names, ahead }: Wanted,
  services: Services,
  act: (round: Round) => Promise<Done | 'beaten'>,
): Promise<Done> => {
  const opening = {
    ...countedCase(incident, place),
    instanceId: incident.instanceId,
    region: incident.region,
    scalingGroup: incident.scalingGroup,
  };
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const rows =
      round === 0 && ahead !== undefined && has(ahead, names) ? ahead : await readOrGoOn(names, services);
    const limited =
      rows === undefined
        ? { posture, caseId: opening.caseId, breakers: {}, groups: {}, tripped: [] }
        : applyLimits(services.config.policy.limits, opening, { posture, rows, now: services.now() });
    const beside = Object.entries({ ...limited.breakers, ...limited.groups }).map(([name, row]) =>
      limitPut(name, row, rows?.versions ?? {}),
    );
    const done = await act({ limited, beside });
    if (done !== 'beaten') return done;
  }
  throw new Error(
    `incident ${incident.incidentId} could not be counted in ${MOST_ROUNDS} rounds; its finding comes again`,
  );
};

/** Tells people that breakers tripped; the incident that tripped one is told of by itself. */
export const tellTripped = async (tripped: readonly Budget[], services: Services): Promise<void> => {
  await Promise.all(
    tripped.map(({ scope, id, most }) =>
      tell(services, {
        kind: 'breaker-tripped',
        schemaVersion: 1,
        scope,
        id,
        reasons: [
          `${most} case(s) were contained without asking; until people reset the breaker, or its window is over, new incidents freeze disks and revoke credentials at once, and ask before they cut anything off`,
        ],
      }),
    ),
  );
};
