import type { CompiledPolicy } from '@cordon/iam';
import { defineState, type World } from '../../core/world.ts';
import type { EventPattern } from './event-pattern.ts';

/** An event in its envelope. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
export interface EventEnvelope {
  readonly version: string;
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  /** The account in which it arose, whatever buses it passed. */
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What a rule sends its events to. */
export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
  readonly roleArn?: string;
  /** JSON text that the target is given in place of the event. */
  readonly input?: string;
  readonly deadLetterArn?: string;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
}

export interface Rule {
  readonly arn: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly description?: string;
  readonly pattern: EventPattern;
  /** The pattern as JSON text; absent on a rule with a schedule alone. */
  readonly patternText?: string;
  readonly targets: readonly RuleTarget[];
}

export interface EventBus {
  readonly arn: string;
  readonly name: string;
  readonly description?: string;
  /** Rules by name. */
  readonly rules: Map<string, Rule>;
  /** Statements of the bus's policy by statement id. */
  readonly statements: Map<string, object>;
  policy?: CompiledPolicy;
}

/** EventBridge of one account and Region: buses by name. */
export interface EventsState {
  readonly buses: Map<string, EventBus>;
}

export const eventsState = defineState<EventsState>('events', 'regional', () => ({ buses: new Map() }));

/** Where a bus is. */
export interface BusPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

const BUS_ARN = /^arn:[^:]+:events:([a-z0-9-]+):(\d{12}):event-bus\/([\w./-]+)$/;

/** Reads the ARN of a bus; undefined for any other text. */
export const readBusArn = (arn: string): BusPlace | undefined => {
  const [, region, account, name] = BUS_ARN.exec(arn) ?? [];
  return region === undefined || account === undefined || name === undefined
    ? undefined
    : { account, region, name };
};

export const busArn = (world: World, { account, region, name }: BusPlace): string =>
  `arn:${world.facts.partition}:events:${region}:${account}:event-bus/${name}`;

/** Puts a new bus into the world; throws when the name is taken. */
export const addBus = (world: World, place: BusPlace, description?: string): EventBus => {
  const { buses } = world.of(eventsState, place.account, place.region);
  const arn = busArn(world, place);
  if (buses.has(place.name)) throw new Error(`event bus ${arn} exists already: choose another name`);
  const bus: EventBus = {
    arn,
    name: place.name,
    rules: new Map(),
    statements: new Map(),
    ...(description === undefined ? {} : { description }),
  };
  buses.set(place.name, bus);
  return bus;
};

/** The bus at `place`, if there is one. Every account has the bus `default` in every Region. */
export const findBus = (world: World, place: BusPlace): EventBus | undefined => {
  const found = world.of(eventsState, place.account, place.region).buses.get(place.name);
  if (found !== undefined || place.name !== 'default') return found;
  return world.accounts.has(place.account) ? addBus(world, place) : undefined;
};
