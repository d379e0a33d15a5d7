import type { Json } from '../raw/raw-json.ts';

/** One event on its way, and when it comes. */
export interface PlannedDelivery {
  readonly document: Json;
  /** Virtual milliseconds after the first. */
  readonly afterMs: number;
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
  /** The attacker has assumed a role of another account from the suspect, and a healthy sibling the same; absent in most scenarios. */
  readonly roleChain?: true;
  /** The VPCs' isolation groups were made by an earlier incident. */
  readonly isolationGroupsExist: boolean;
}
