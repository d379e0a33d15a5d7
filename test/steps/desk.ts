import { askAs, openWorld, scenarios, type OpenWorld, type Suspect } from '@cordon/drill';
import type { CordonConfig, OperatorReply, OperatorRequest } from '@cordon/incident';
import type { Organization } from '@cordon/local-aws';
import * as z from 'zod';
import { config as deployed } from '../../cordon.config.ts';
import { inProcessHandlers, type InProcessOptions } from '../simulation/in-process.ts';

const question = z.object({
  kind: z.literal('approval-asked'),
  incidentId: z.string(),
  planHash: z.string(),
  expiresAt: z.string(),
});
/** A question as people are told it. */
export type Question = z.infer<typeof question>;

/** An organization in which people decide. */
export interface Desk {
  readonly organization: Organization;
  readonly suspect: Suspect;
  readonly roleChain?: OpenWorld['roleChain'];
  readonly config: CordonConfig;
  /** What people were asked so far. */
  readonly questions: () => readonly Question[];
  /** The question, when it has come; throws when it does not. */
  readonly asked: (which?: number) => Promise<Question>;
  /** Kinds of the events that were told. */
  readonly kinds: () => readonly string[];
  /** A person's request, and the answer of the function. */
  readonly as: (person: string, request: object) => Promise<OperatorReply>;
  /** A yes, or what the request says otherwise. */
  readonly approve: (person: string, asked: Question, more?: object) => Promise<OperatorReply>;
}

/** What a test sets up. */
export interface DeskOptions {
  readonly scenario?: string;
  /** Whether the scenario's finding arrives. */
  readonly deliver?: boolean;
  /** Changes the world before the finding arrives. */
  readonly furnish?: (world: OpenWorld) => void | Promise<void>;
  readonly config?: CordonConfig;
  readonly templates?: Readonly<Record<string, unknown>>;
  readonly dies?: InProcessOptions['dies'];
}

/** Opens the scenario's world in process. Nobody answers but the test. */
export const openDesk = async ({
  scenario = 'needs-approval',
  deliver = true,
  furnish,
  config: base = deployed,
  templates,
  dies,
}: DeskOptions = {}): Promise<Desk> => {
  const { policy = base.policy } = scenarios().find(({ name }) => name === scenario) ?? {};
  const config = { ...base, policy };
  const handlers = inProcessHandlers({ config, ...(dies === undefined ? {} : { dies }) });
  const world = await openWorld({
    config,
    scenario,
    seed: 'desk',
    conditions: {
      runtime: { inProcess: handlers },
      ...(templates === undefined ? {} : { templates }),
    },
  });
  const { organization, suspects, roleChain } = world;
  const [suspect] = suspects;
  if (suspect === undefined) throw new Error(`scenario ${scenario} has no suspect`);
  await furnish?.(world);
  if (deliver) world.deliver();
  const questions = (): readonly Question[] =>
    organization.journal.events.flatMap(({ event }) => {
      const read = question.safeParse(event['detail']);
      return read.success ? [read.data] : [];
    });
  const as = async (person: string, request: object): Promise<OperatorReply> => {
    const answered = await organization.during(() =>
      askAs(organization, config, { person, request: request as OperatorRequest }),
    );
    if (answered.status !== 'answered') throw new Error(`HTTP ${answered.code}: ${answered.body}`);
    return answered.reply;
  };
  return {
    organization,
    suspect,
    ...(roleChain === undefined ? {} : { roleChain }),
    config,
    questions,
    asked: async (which = 0) => {
      await organization.run(() => questions().length > which);
      const found = questions()[which];
      if (found === undefined) throw new Error(`people were asked ${questions().length} time(s)`);
      return found;
    },
    kinds: () =>
      organization.journal.events.flatMap(({ event }) =>
        event['source'] === 'cordon' ? [z.object({ kind: z.string() }).parse(event['detail']).kind] : [],
      ),
    as,
    approve: (person, { incidentId, planHash }, more = {}) =>
      as(person, {
        action: 'approve',
        subject: incidentId,
        planHash,
        decision: 'approve',
        reason: 'seen and agreed',
        ...more,
      }),
  };
};
