import { addManagedPolicy, ec2State, iamState, type Ec2State, type JournalCall } from '@cordon/local-aws';
import type { Judgement } from '../../result.ts';
import { judge } from '../judge.ts';
import type { Remains } from '../remains.ts';
import { asDuty } from './good-journal.ts';
import type { GoodRun } from './good-run.ts';
import { writeCall, writeEvent, type Entry } from './journal-book.ts';
import { ACCOUNTS, MEMBER, REGION } from './places.ts';

/** One thing done to a good run, and what must be seen of it. */
export interface Tampering {
  readonly when: string;
  readonly tamper: (run: GoodRun) => void;
  /** What the broken invariant's detail says. */
  readonly says: RegExp;
  /** Invariants that the same deed breaks besides, by its nature. */
  readonly also?: readonly string[];
}

/** The invariants that a run broke. */
export const brokenIn = (remains: Remains): readonly Judgement[] =>
  judge(remains, { scenario: 'tampered', listCalls: false }).invariants.filter(({ held }) => !held);

/** EC2 of the suspect's account. */
export const member = ({ world }: GoodRun): Ec2State => world.of(ec2State, MEMBER, REGION);

/** EC2 of the evidence account. */
export const evidence = ({ world }: GoodRun): Ec2State => world.of(ec2State, ACCOUNTS.evidence, REGION);

/** The run's calls, to take from. */
export const calls = ({ remains }: GoodRun): JournalCall[] => remains.organization.journal.calls;

/** Adds a call. */
export const call = ({ remains }: GoodRun, entry: Entry): void => {
  writeCall(remains.organization.journal, entry);
};

/** Adds a phase event, `at` ms after the finding's arrival. */
export const event = ({ remains }: GoodRun, at: number, detail: Readonly<Record<string, unknown>>): void =>
  writeEvent(remains.organization.journal, at, detail);

/** Gives what must be there to be tampered with; throws when it is not, for then the test would prove nothing. */
export const found = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('the good run does not hold what this test takes away or changes');
  return value;
};

/** Takes the first call of an operation out of the journal. */
export const drop = (run: GoodRun, operation: string): void => {
  const at = calls(run).findIndex((one) => one.operation === operation);
  found(calls(run)[at]);
  calls(run).splice(at, 1);
};

/** A call of the contain duty, before containment is read back. */
export const contain = (does: string, input: Readonly<Record<string, unknown>> = {}): Entry => ({
  at: 950,
  by: asDuty('isolate-network'),
  does,
  input,
});

/** Attaches a policy of one statement to a role of the suspect's account. */
export const attach = ({ world }: GoodRun, role: string, statement: object): void => {
  const document = { Version: '2012-10-17', Statement: [statement] };
  const { arn } = addManagedPolicy(world, { account: MEMBER, name: `tampered-${role}`, document });
  found(world.of(iamState, MEMBER, '').roles.get(role)).attached.push(arn);
};
