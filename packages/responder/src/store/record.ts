import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  RECORDER_FUNCTION_NAME,
  recorderReply,
  type RecorderReply,
  type RecorderRequest,
} from '@cordon/incident';
import * as z from 'zod';
import { isRetryable } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { LEDGER_SEALED } from '../recorder/ledger-sealed.ts';
import type { Services } from '../services.ts';

/** What Lambda calls a process that ended or ran out of time: the entry may or may not be there. */
const PROCESS_ENDED = /^(Runtime|Sandbox)\./;
const TRIES = 3;

const failure = z.object({ errorType: z.string().optional() }).catch({});

/**
 * Asks the evidence account's recorder for a custody entry. The recorder alone can write the vault and sign; what it can
 * read from AWS itself it reads, so that this function's word is never enough. A recorder that died or was throttled is asked
 * again, for what it writes it writes once. Throws `LedgerSealed` when the ledger is closed, `RecorderRefused` when the
 * recorder refuses for another reason.
 */
export const record = async (services: Services, request: RecorderRequest): Promise<RecorderReply> => {
  const { homeRegion, accounts } = services.config;
  const lambda = clientFor(LambdaClient, { ...services.own, region: homeRegion });
  for (let attempt = 1; ; attempt += 1) {
    const answer = await lambda.send(
      new InvokeCommand({
        FunctionName: `arn:${services.partition}:lambda:${homeRegion}:${accounts.evidence}:function:${RECORDER_FUNCTION_NAME}`,
        Payload: Buffer.from(JSON.stringify(request)),
      }),
    );
    const payload = Buffer.from(answer.Payload ?? []).toString('utf8');
    if (answer.FunctionError === undefined) return recorderReply.parse(JSON.parse(payload));
    const { errorType = 'Unknown' } = failure.parse(JSON.parse(payload));
    if (attempt < TRIES && (PROCESS_ENDED.test(errorType) || isRetryable(errorType))) continue;
    const code = errorType === LEDGER_SEALED ? LEDGER_SEALED : 'RecorderRefused';
    throw Object.assign(new Error(`the recorder refused ${request.kind}: ${payload.slice(0, 500)}`), {
      name: code,
      code,
    });
  }
};
