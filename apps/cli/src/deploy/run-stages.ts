import type { Progress, Stage } from '@cordon/incident/deployment';
import type { Deployer, Ended } from './deployer.ts';

/** What all stages of a run share. */
export interface Running {
  readonly deployer: Deployer;
  /** Profiles by the account's name; what is not named goes by the caller's default credentials. */
  readonly profiles: Readonly<Record<string, string>>;
  readonly parametersOf: (stage: Stage) => Readonly<Record<string, string>>;
  readonly importRetained: boolean;
  readonly save: (progress: Progress) => void;
  readonly say: (text: string) => void;
  /** ISO 8601. */
  readonly now: () => string;
}

/** How a run of stages ended. */
export type RunEnd =
  | { readonly status: 'done'; readonly progress: Progress }
  | { readonly status: 'stopped'; readonly stage: string; readonly because: string; readonly hint: string };

/** Refuses the wrong account before anything is asked of it; undefined when it is the right one. */
export const wrongAccount = async (
  stage: Stage,
  { deployer, profiles }: Pick<Running, 'deployer' | 'profiles'>,
): Promise<Extract<RunEnd, { status: 'stopped' }> | undefined> => {
  const { name, id } = stage.account;
  const profile = profiles[name];
  const by = profile === undefined ? 'your default credentials' : `profile ${profile}`;
  const stopped = (because: string) => ({
    status: 'stopped' as const,
    stage: stage.id,
    because,
    hint: `give --profile ${name}=NAME, a profile of account ${id}`,
  });
  try {
    const { account, arn } = await deployer.whoAmI(stage, profile);
    return account === id
      ? undefined
      : stopped(`${by} are ${arn} of account ${account}; ${stage.stack} goes to ${name}, account ${id}`);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    return stopped(`${by} were not accepted by STS: ${error.name}: ${error.message}`);
  }
};

/** What a person does about a failure, from what the tool wrote. */
const hintFor = ({ account, region, stack }: Stage, { log }: Ended): string => {
  if (/bootstrap/i.test(log))
    return `bootstrap account ${account.id} in ${region} (npx cdk bootstrap aws://${account.id}/${region}), then run again with --resume`;
  if (/not empty/i.test(log))
    return `a bucket of ${stack} still holds something, which nothing deletes unasked: look what it is, keep what you need, empty it with all its versions (the events of the stack in account ${account.id}, ${region}, name it), then run again with --resume`;
  if (/dependent object|has dependencies/i.test(log))
    return `something still stands in the network of ${stack}, such as a forensic machine that runs: end it in account ${account.id}, ${region}, then run again with --resume`;
  if (/already exists/i.test(log))
    return `what an earlier removal retained has the names that ${stack} wants: delete the stack that failed in account ${account.id}, ${region} (take its termination protection off first), then run again with --resume --import-retained`;
  if (/explicit deny|not authorized|AccessDenied/i.test(log))
    return `a policy refuses it: with guardrails attached only break-glass of account ${account.id} deploys (docs/deployment.md); then run again with --resume`;
  return `look at the events of stack ${stack} in CloudFormation of account ${account.id}, ${region}; mend the cause, then run again with --resume`;
};

/** Does one stage after the other; stops at the first that fails, with the state saved so that the next run goes on there. */
export const runStages = async <Line extends { readonly stage: Stage }>(
  due: readonly Line[],
  from: Progress,
  on: Running & {
    readonly verb: 'deploy' | 'remove';
    readonly begin: (progress: Progress, stage: Stage, at: string) => Progress;
    readonly end: (progress: Progress, line: Line, at: string) => Progress;
  },
): Promise<RunEnd> => {
  let progress = from;
  for (const [index, line] of due.entries()) {
    const { stage } = line;
    on.say(
      `[${index + 1}/${due.length}] ${on.verb} ${stage.stack} in ${stage.account.name} (${stage.account.id}), ${stage.region}`,
    );
    const wrong = await wrongAccount(stage, on);
    if (wrong !== undefined) return wrong;
    progress = on.begin(progress, stage, on.now());
    on.save(progress);
    const how = {
      profile: on.profiles[stage.account.name],
      parameters: on.parametersOf(stage),
      importRetained: on.importRetained,
      line: (text: string) => on.say(`    ${text}`),
    };
    const ended = await on.deployer[on.verb](stage, how);
    if (!ended.ok) {
      const last = ended.log.trim().split('\n').slice(-3).join(' / ');
      return {
        status: 'stopped',
        stage: stage.id,
        because: `${stage.stack} was not ${on.verb === 'deploy' ? 'deployed' : 'removed'}: ${last}`,
        hint: hintFor(stage, ended),
      };
    }
    progress = on.end(progress, line, on.now());
    on.save(progress);
  }
  return { status: 'done', progress };
};
