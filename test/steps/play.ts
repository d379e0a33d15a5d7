import { openWorld, type ownEvent, type PlannedDelivery, type Suspect } from '@cordon/drill';
import { INCIDENT_TABLE_NAME, type CordonConfig } from '@cordon/incident';
import {
  dynamodbState,
  ec2State,
  plantFinding,
  type Ec2State,
  type FaultableCall,
  type InjectedFault,
  type JournalCall,
  type Organization,
} from '@cordon/local-aws';
import type { Post } from '@cordon/responder';
import * as z from 'zod';
import { config as deployed } from '../../cordon.config.ts';
import { inProcessHandlers } from '../simulation/in-process.ts';

/** A phase event as far as tests look at it. */
const told = z.object({
  kind: z.string(),
  incidentId: z.string().optional(),
  instanceId: z.string().optional(),
  region: z.string().optional(),
  subject: z.string().optional(),
  code: z.string().optional(),
  effect: z.string().optional(),
  reasons: z.array(z.string()).default([]),
});
export type Told = z.infer<typeof told>;

/** A furnished world, and its one suspect. */
export interface Stage {
  readonly organization: Organization;
  readonly suspect: Suspect;
  readonly suspects: readonly Suspect[];
  /** EC2 where the suspect is. */
  readonly ec2: Ec2State;
  readonly config: CordonConfig;
}

/** An event beside those that the world is built for. */
export interface Also {
  readonly document: ReturnType<typeof ownEvent>;
  readonly afterMs: number;
  readonly forged?: boolean;
}

/** What a test sets up. */
export interface Play {
  readonly scenario?: string;
  readonly seed?: string;
  readonly config?: CordonConfig;
  /** Why the written policy cannot be used, where `config` holds the one that asks. */
  readonly policyProblem?: string;
  /** The receiver of the webhook. */
  readonly post?: Post;
  readonly deliveries?: readonly PlannedDelivery[];
  readonly forged?: boolean;
  /** Leaves the deliveries out: they say of what the world is built, and what arrives is in `also`. */
  readonly quiet?: boolean;
  /** Events beside those that the world is built for; GuardDuty knows each unless it is forged. */
  readonly also?: readonly Also[];
  /** Templates in place of the built ones, where they are of another configuration. */
  readonly templates?: Readonly<Record<string, unknown>>;
  /** Changes the world before the first event. */
  readonly furnish?: (stage: Stage) => void;
  /** Acts at a call, before its effect: an attacker, another service. */
  readonly meanwhile?: (call: FaultableCall, stage: Stage) => void;
  /** What goes wrong with a call. */
  readonly faults?: (call: FaultableCall) => InjectedFault | undefined;
}

/** What a play left. */
export interface Played extends Stage {
  readonly told: readonly Told[];
  readonly kinds: readonly string[];
  readonly calls: readonly JournalCall[];
  /** What functions wrote to their logs. */
  readonly logged: readonly object[];
  /** All reasons of the events of a kind, one after the other. */
  readonly reasonsOf: (kind: string) => string;
  readonly callsOf: (operation: string, caller?: string) => readonly JournalCall[];
  /** What a step kept of its outcomes, as text. */
  readonly outcomesOf: (step: string) => string;
}

const outcomesIn = ({ world }: Organization, config: CordonConfig, step: string): string => {
  const items = world
    .of(dynamodbState, config.accounts.security, config.homeRegion)
    .tables.get(INCIDENT_TABLE_NAME)?.items;
  return [...(items?.values() ?? [])]
    .flatMap((item) => {
      const [sk, body] = [item.get('sk'), item.get('body')];
      return sk?.type === 'S' && sk.value === step && body?.type === 'S' ? [body.value] : [];
    })
    .join('\n');
};

const sendAlso = ({ organization, config }: Stage, { document, afterMs, forged }: Also): void => {
  const region = z.string().parse(document['region']);
  const finding = z.record(z.string(), z.unknown()).parse(document['detail']);
  const { timeline, host, world } = organization;
  timeline.at(timeline.now() + afterMs, () => {
    if (forged !== true)
      plantFinding(world, { administrator: config.accounts.security, region, finding }).catch(
        (error: unknown) => timeline.fail(error),
      );
    host.deliverEvent(`arn:aws:events:${region}:${config.accounts.security}:event-bus/default`, document);
  });
};

/** Plays one incident to its end, in process. */
export const play = async (of: Play): Promise<Played> => {
  const { scenario = 'richest', seed = 'steps', config = deployed } = of;
  const staged: { stage?: Stage } = {};
  const logged: object[] = [];
  const { organization, suspects, deliver } = await openWorld({
    config,
    scenario,
    seed,
    ...(of.deliveries === undefined ? {} : { deliveries: of.deliveries }),
    ...(of.forged === undefined ? {} : { forged: of.forged }),
    conditions: {
      runtime: {
        inProcess: inProcessHandlers({
          config,
          policyProblem: of.policyProblem,
          post: of.post,
          log: (line) => logged.push(line),
        }),
      },
      ...(of.templates === undefined ? {} : { templates: of.templates }),
      faults: (call) => {
        if (staged.stage !== undefined) of.meanwhile?.(call, staged.stage);
        return of.faults?.(call);
      },
    },
  });
  const [
    suspect = {
      account: '',
      region: '',
      instanceId: '',
      volumes: [],
      networkInterfaceIds: [],
      siblings: [],
      neighbours: [],
      remotes: [],
    },
  ] = suspects;
  const ec2 = organization.world.of(ec2State, suspect.account, suspect.region);
  const stage: Stage = { organization, suspect, suspects, ec2, config };
  staged.stage = stage;
  of.furnish?.(stage);
  if (of.quiet !== true) deliver();
  for (const event of of.also ?? []) sendAlso(stage, event);
  await organization.run();
  await organization.close();
  const events = organization.journal.events.flatMap(({ event }) =>
    event['source'] === 'cordon' ? [told.parse(event['detail'])] : [],
  );
  const { calls } = organization.journal;
  return {
    ...stage,
    told: events,
    kinds: events.map(({ kind }) => kind),
    calls,
    logged,
    reasonsOf: (kind) =>
      events
        .filter((event) => event.kind === kind)
        .flatMap(({ reasons }) => reasons)
        .join('\n'),
    callsOf: (operation, caller = '') =>
      calls.filter((call) => call.operation === operation && call.caller.includes(caller)),
    outcomesOf: (step) => outcomesIn(organization, config, step),
  };
};
