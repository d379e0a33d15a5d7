import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  tryFunctionName,
  tryOutput,
  type CoverageCheck,
  type TriedDuty,
  type TryOutput,
} from '@cordon/incident/coverage';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import { look } from './look.ts';

/** Longer than the function that tries may run. */
const ANSWERS_WITHIN_MS = 60_000;

/** What is asked of a function that tries. */
interface Asked {
  readonly duty: TriedDuty;
  readonly account: string;
  readonly regions: readonly string[];
  readonly samples: TryOutput['samples'];
}

const nothingKnown = (regions: readonly string[], check: CoverageCheck): TryOutput => ({
  checks: Object.fromEntries(regions.map((region) => [region, [check]])),
  samples: {},
});

/**
 * Has one duty tried in an account, by the function that has the role of a performer. Never rejects for what AWS says: where the function could
 * not be asked or ended with an error, the duty's role is `unknown` in every Region.
 */
const askToTry = async (asked: Asked, client: LambdaClient): Promise<TryOutput> => {
  const name = tryFunctionName(asked.duty);
  const held: { answer?: TryOutput; broken?: true } = {};
  const check = await look(`role-${asked.duty}`, `asking ${name}`, async () => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(asked)) }),
    );
    if (FunctionError !== undefined) held.broken = true;
    else held.answer = tryOutput.parse(JSON.parse(Buffer.from(Payload ?? []).toString('utf8')));
  });
  if (held.answer !== undefined) return held.answer;
  const says =
    held.broken === true
      ? `${name} ended with an error; its log in the security account says why`
      : check.says;
  // What could not be asked says nothing of the account, whoever refused it.
  return nothingKnown(asked.regions, { ...check, result: 'unknown', says });
};

/** Gives what asks functions to try, through one client for all of a run. */
export const asker = (services: Services): ((asked: Asked) => Promise<TryOutput>) => {
  const client = clientFor(LambdaClient, {
    ...services.own,
    region: services.config.homeRegion,
    impatient: true,
    answersWithinMs: ANSWERS_WITHIN_MS,
  });
  return (asked) => askToTry(asked, client);
};
