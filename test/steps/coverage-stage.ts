import { openWorld, type Suspect } from '@cordon/drill';
import { parseRegion } from '@cordon/incident';
import type { CoverageRow, CoverOutput } from '@cordon/incident/coverage';
import {
  attachControlPolicy,
  type FaultableCall,
  type InjectedFault,
  type Organization,
} from '@cordon/local-aws';
import * as z from 'zod';
import { coverageRowsIn, coverNow } from '../simulation/cover-now.ts';
import { coveringConfig, coveringTemplates, withoutSchedules } from '../simulation/covering.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';

/** Where the drill's own instance is, and the home Region: the Regions that have stacks. */
const REGIONS = ['eu-west-1', 'eu-central-1'].map(parseRegion);
const config = coveringConfig({ regions: REGIONS });
let templates: Readonly<Record<string, unknown>> | undefined;

/** A turn as machines are told it. */
const told = z.object({
  kind: z.string(),
  accounts: z.array(z.string()).default([]),
  reasons: z.array(z.string()).default([]),
});
type Told = z.infer<typeof told>;

/** An organization whose accounts are tried. */
export interface CoverageStage {
  readonly organization: Organization;
  readonly suspect: Suspect;
  readonly config: typeof config;
  /** One run of the function, as the clock starts it. */
  readonly cover: () => Promise<CoverOutput>;
  readonly minutes: (count: number) => Promise<void>;
  readonly rows: () => readonly CoverageRow[];
  /** Rows of one account, by Region. */
  readonly of: (account: string) => readonly CoverageRow[];
  readonly told: (kind: string) => readonly Told[];
  /** An SCP upon one account. */
  readonly deny: (account: string, statement: object) => void;
  readonly logged: readonly object[];
}

/** What goes wrong. */
export interface CoverageWeather {
  readonly faults?: (call: FaultableCall) => InjectedFault | undefined;
  readonly dies?: (functionName: string) => boolean;
  /** Whether the clocks run; else each run is called by hand. */
  readonly clocks?: boolean;
}

/** Opens the drill's world with accounts tried; nobody has tried any yet. The caller closes the organization. */
export const coverageStage = async (weather: CoverageWeather = {}): Promise<CoverageStage> => {
  templates ??= coveringTemplates(config);
  const logged: object[] = [];
  const { organization, suspects } = await openWorld({
    config,
    scenario: 'richest',
    seed: 'coverage',
    conditions: {
      templates:
        weather.clocks === true
          ? templates
          : { ...templates, CordonSecurityHome: withoutSchedules(templates['CordonSecurityHome']) },
      runtime: {
        inProcess: inProcessHandlers({
          config,
          log: (line) => logged.push(line),
          ...(weather.dies === undefined ? {} : { dies: weather.dies }),
        }),
      },
      faults: (call) => weather.faults?.(call),
    },
  });
  const [suspect] = suspects;
  if (suspect === undefined) throw new Error('the scenario has no suspect');
  const { timeline, world, journal } = organization;
  const rows = (): readonly CoverageRow[] => coverageRowsIn(organization, config);
  return {
    organization,
    suspect,
    config,
    logged,
    cover: () => coverNow(organization, config),
    minutes: async (count) => {
      let passed = false;
      timeline.at(timeline.now() + count * 60_000, () => {
        passed = true;
      });
      await organization.run(() => passed);
    },
    rows,
    of: (account) => rows().filter((row) => row.account === account),
    told: (kind) =>
      journal.events
        .flatMap(({ event }) => (event['source'] === 'cordon' ? [told.parse(event['detail'])] : []))
        .filter((event) => event.kind === kind),
    deny: (id, statement) =>
      attachControlPolicy(world, {
        kind: 'SCP',
        name: 'theirs',
        target: { kind: 'account', id },
        document: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Resource: '*', ...statement }] },
      }),
  };
};
