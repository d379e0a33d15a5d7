import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  RECORDER_FUNCTION_NAME,
  recorderReply,
  type RecorderReply,
  type RecorderRequest,
} from '@cordon/incident';
import * as z from 'zod';
import { clientFor, withoutRepeats } from '../aws/connection.ts';
import { LEDGER_SEALED } from '../recorder/ledger-sealed.ts';
import type { Services } from '../services.ts';

/** The recorder's own word that what was asked is not so; all else (it died, AWS failed it) may have broken off half way. */
const REFUSALS: ReadonlySet<string> = new Set(['Error', 'ZodError', LEDGER_SEALED]);
const TRIES = 3;
/** The name of the error of a recorder that broke off each time that it was asked of blocks. */
export const RECORDER_BROKE = 'RecorderBroke';

const failure = z.object({ errorType: z.string().optional() }).catch({});

/**
 * Asks the evidence account's recorder for a custody entry. The recorder alone can write the vault and sign; what it can
 * read from AWS itself it reads, so that this function's word is never enough. A recorder that broke off is asked again: an
 * object without its entry would be a gap in custody, and what it writes it writes once. Throws `LedgerSealed` when the ledger is closed, `RecorderRefused` when the
 * recorder refuses for another reason, and of blocks `RecorderBroke` when it broke off each time.
 */
export const record = async (services: Services, request: RecorderRequest): Promise<RecorderReply> => {
  const { homeRegion, accounts } = services.config;
  const own = { ...services.own, region: homeRegion };
  const lambda = clientFor(
    LambdaClient,
    // A part of an image is asked for again at the next look, which comes soon; several are on their way at once.
    request.kind === 'landed'
      ? withoutRepeats({ ...own, answersWithinMs: 40_000 })
      : // Building two roots takes as long as the recorder may run.
        { ...own, ...(request.kind === 'blocks' ? { answersWithinMs: 61_000 } : {}) },
  );
  const tries = request.kind === 'landed' ? 1 : TRIES;
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
    if (attempt < tries && !REFUSALS.has(errorType)) continue;
    // Hashing may be days old by then: its asker waits, and comes again.
    const isBroken = request.kind === 'blocks' && !REFUSALS.has(errorType);
    const code = errorType === LEDGER_SEALED ? LEDGER_SEALED : isBroken ? RECORDER_BROKE : 'RecorderRefused';
    throw Object.assign(new Error(`the recorder refused ${request.kind}: ${payload.slice(0, 500)}`), {
      name: code,
      code,
    });
  }
};
