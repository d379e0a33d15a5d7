import { openWorld, standingOf, type OpenWorld, type Suspect } from '@cordon/drill';
import {
  functionName,
  parseIncidentId,
  releaseOutput,
  watchOutput,
  type ReleaseOutput,
  type ReleasePlan,
  type StepName,
  type WatchOutput,
} from '@cordon/incident';
import {
  dynamodbState,
  ec2State,
  type Ec2State,
  type FaultableCall,
  type InjectedFault,
  type JournalCall,
} from '@cordon/local-aws';
import * as z from 'zod';
import { config as deployed } from '../../cordon.config.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';
import { withoutClocks } from './without-clocks.ts';

const HOURS = 3_600_000;
/** Two people, as the operator's function would name them. */
const BY = [
  { arn: 'arn:aws:sts::602011150002:assumed-role/responder/ada', name: 'ada', did: 'asked' as const },
  { arn: 'arn:aws:sts::602011150002:assumed-role/responder/grace', name: 'grace', did: 'approved' as const },
];

/** What goes wrong. */
export interface Weather {
  readonly faults?: (call: FaultableCall) => InjectedFault | undefined;
  readonly dies?: (functionName: string) => boolean;
}

/** What a test sets up. */
interface Wanted {
  readonly config?: typeof deployed;
  readonly scenario?: string;
  readonly seed?: string;
  readonly weather?: Weather;
  readonly templates?: Readonly<Record<string, unknown>>;
  /** Changes the world before the first event. */
  readonly furnish?: (organization: OpenWorld['organization'], suspect: Suspect) => void;
}

/** A contained instance, and what a test may do with it. */
export interface ReleaseStage {
  readonly organization: OpenWorld['organization'];
  readonly suspect: Suspect;
  readonly ec2: Ec2State;
  readonly incidentId: string;
  readonly standing: () => ReturnType<typeof standingOf>;
  /** How it stood before anything happened. */
  readonly before: ReturnType<typeof standingOf>;
  readonly hours: (count: number) => Promise<void>;
  /** Lets what is under way end. */
  readonly settle: () => Promise<unknown>;
  readonly show: () => Promise<ReleasePlan>;
  readonly ask: (input: object) => Promise<ReleaseOutput>;
  readonly perform: (plan: ReleasePlan, more?: object) => Promise<ReleaseOutput>;
  readonly watch: () => Promise<WatchOutput>;
  readonly invoke: (step: StepName, input: object) => Promise<{ payload: string; error?: string }>;
  readonly kinds: () => readonly string[];
  readonly calls: () => readonly JournalCall[];
  /** Bodies of the table's rows by `<pk> <sk>`. */
  readonly rows: () => ReadonlyMap<string, string>;
}

const rowsOf = (
  { world }: OpenWorld['organization'],
  config: typeof deployed,
): ReadonlyMap<string, string> => {
  const items =
    world.of(dynamodbState, config.accounts.security, config.homeRegion).tables.get('cordon-incidents')
      ?.items ?? new Map();
  return new Map(
    [...items.values()].map((item) => {
      const text = (name: string): string => {
        const value = item.get(name);
        return value?.type === 'S' ? value.value : '';
      };
      return [`${text('pk')} ${text('sk')}`, text('body')];
    }),
  );
};

const invokeOn =
  (organization: OpenWorld['organization'], config: typeof deployed): ReleaseStage['invoke'] =>
  async (step, input) => {
    const { host, timeline } = organization;
    const got: { answer?: Awaited<ReturnType<typeof host.invokeFunction>> } = {};
    const arn = `arn:aws:lambda:${config.homeRegion}:${config.accounts.security}:function:${functionName(step)}`;
    host.invokeFunction(arn, JSON.stringify(input)).then(
      (answer) => {
        got.answer = answer;
      },
      (error: unknown) => timeline.fail(error),
    );
    await organization.run(() => got.answer !== undefined);
    if (got.answer === undefined) throw new Error(`${step} did not answer`);
    return got.answer;
  };

/** Opens the scenario's world with its handlers in process. */
const opened = ({
  config = deployed,
  scenario = 'richest',
  seed = 'release',
  weather = {},
  templates,
}: Wanted) =>
  openWorld({
    config,
    scenario,
    seed,
    conditions: {
      runtime: {
        inProcess: inProcessHandlers({
          config,
          ...(weather.dies === undefined ? {} : { dies: weather.dies }),
        }),
      },
      ...(templates === undefined ? {} : { templates }),
      faults: (call) => weather.faults?.(call),
    },
  });

/** Plays an incident until it is sealed and gives what is there; the caller closes the organization. */
export const releaseStage = async (of: Wanted = {}): Promise<ReleaseStage> => {
  const { config = deployed } = of;
  const { organization, suspects, deliver } = await opened(of);
  const [suspect] = suspects;
  if (suspect === undefined) throw new Error('the scenario has no suspect');
  of.furnish?.(organization, suspect);
  const { world, timeline } = organization;
  const standing = () => standingOf(world, suspect);
  const before = standing();
  deliver();
  await organization.run();
  const told = () =>
    organization.journal.events.flatMap(({ event }) =>
      event['source'] === 'cordon'
        ? [z.object({ kind: z.string(), incidentId: z.string().optional() }).parse(event['detail'])]
        : [],
    );
  const incidentId = parseIncidentId(told().find(({ kind }) => kind === 'incident-opened')?.incidentId);
  const invoke = invokeOn(organization, config);
  const ask = async (input: object): Promise<ReleaseOutput> => {
    const { payload, error } = await invoke('release', { incidentId, ...input });
    if (error !== undefined) throw new Error(payload);
    return releaseOutput.parse(JSON.parse(payload));
  };
  return {
    organization,
    suspect,
    ec2: world.of(ec2State, suspect.account, suspect.region),
    incidentId,
    standing,
    before,
    hours: async (count) => {
      let passed = false;
      timeline.at(timeline.now() + count * HOURS, () => {
        passed = true;
      });
      await organization.run(() => passed);
    },
    settle: () => organization.run(),
    ask,
    show: async () => {
      const shown = await ask({ kind: 'show' });
      if (shown.status !== 'shown') throw new Error(JSON.stringify(shown));
      return shown.plan;
    },
    perform: ({ hash }, more = {}) =>
      ask({ kind: 'perform', planHash: hash, by: BY, reason: 'false alarm, ticket 7', ...more }),
    watch: async () => {
      const { payload, error } = await invoke('watch', {});
      if (error !== undefined) throw new Error(payload);
      return watchOutput.parse(JSON.parse(payload));
    },
    invoke,
    kinds: () => told().map(({ kind }) => kind),
    calls: () => organization.journal.calls,
    rows: () => rowsOf(organization, config),
  };
};

/** The same where neither the watch nor the closing of openings runs by the clock: for tests about neither that let half a day pass. */
export const quietStage = (of: Wanted = {}): Promise<ReleaseStage> =>
  releaseStage({ ...of, templates: { ...withoutClocks(), ...of.templates } });
