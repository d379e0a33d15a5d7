import * as z from 'zod';
import { readConfig } from '@cordon/incident';
import { buildServices, forInvocation, type Services } from './services.ts';

/** What a function's environment must hold. */
const environment = z.object({ AWS_REGION: z.string().min(1), CORDON_CONFIG: z.string().min(2) });

/** One JSON object a line, as CloudWatch Logs reads them. */
const log: Services['log'] = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

let built: Services | undefined;

/** Configuration is parsed once, at cold start; the one place that reads the environment and the clock. */
const services = (): Services => {
  if (built !== undefined) return built;
  const { AWS_REGION: region, CORDON_CONFIG: written } = environment.parse(process.env);
  const { config, policyProblem } = readConfig(JSON.parse(written));
  if (policyProblem !== undefined)
    log({
      level: 'error',
      message: 'the policy cannot be read, so people are asked',
      because: policyProblem,
    });
  built = buildServices(config, { region }, { now: () => Date.now(), log, policyProblem });
  return built;
};

/**
 * Makes a Lambda handler of a step: input is checked by its schema, output too, so that no state of the workflow carries
 * what the next one cannot read.
 */
export const lambda =
  <Input, Output>(
    input: z.ZodType<Input>,
    output: z.ZodType<Output>,
    step: (input: Input, services: Services) => Promise<Output>,
  ) =>
  async (event: unknown): Promise<Output> =>
    output.parse(await step(input.parse(event), forInvocation(services())));
