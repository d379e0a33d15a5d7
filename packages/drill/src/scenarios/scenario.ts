import type { CordonConfig } from '@cordon/incident';
import type { Json } from '../raw/raw-json.ts';

/** One event on its way, and when it comes. */
export interface PlannedDelivery {
  readonly document: Json;
  /** Virtual milliseconds after the first. */
  readonly afterMs: number;
}

/** What a person does when they are asked: the first answer is to the first question, and so on. */
export interface PlannedAnswer {
  /** Name of their session, as Identity Center gives it. */
  readonly person: string;
  readonly decision: 'approve' | 'refuse';
  readonly reason: string;
  /** Virtual milliseconds after they are told. */
  readonly afterAskedMs: number;
}

/** A world and what happens in it. */
export interface Scenario {
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  /** What arrives; a file given by the user takes its place. */
  readonly deliveries: (seed: string) => readonly PlannedDelivery[];
  /** Member accounts beside those that the events name. */
  readonly fillers: number;
  /** False for the barest instance: one interface, one volume, no group. */
  readonly hidden: boolean;
  /** The customer key's policy admits the custodian, so that its volume takes the direct route. */
  readonly keyAdmits: boolean;
  readonly instance: 'running' | 'terminated';
  /** A like instance in another account, whose own people answer by a plain change of groups; absent in most scenarios. */
  readonly plainSwapTwin?: true;
  /** The instance is behind load balancers, with a healthy one beside it. */
  readonly behindBalancers?: true;
  /** The host is prepared for a crash (kdump), and protected from being stopped. */
  readonly preparedForCrash?: true;
  /** The VPCs' isolation groups were made by an earlier incident. */
  readonly isolationGroupsExist: boolean;
  /** What the deployment's policy says otherwise than `cordon.config.ts`. */
  readonly policy?: Partial<CordonConfig['policy']>;
  /** Whoever is asked beyond these does not answer. */
  readonly answers?: readonly PlannedAnswer[];
}
