import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clientFor, type Connection } from './connection.ts';

const HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

/** A connection that sends nothing, and what would have been sent. */
const listening = () => {
  const sent: Readonly<Record<string, string>>[] = [];
  const connection = {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'none' },
    requestHandler: {
      handle: ({ headers }: { readonly headers: Readonly<Record<string, string>> }) => {
        sent.push(headers);
        return Promise.reject(new Error('nothing is sent'));
      },
    },
  } as unknown as Connection;
  return { sent, connection };
};

afterEach(() => vi.unstubAllEnvs());

// What Lambda gives a function whose run is traced: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
describe('a client of a function whose run is traced', () => {
  it('hands the trace on to the workflow and to the recorder, without a word of ours', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'cordon-intake');
    vi.stubEnv('_X_AMZN_TRACE_ID', HEADER);
    const { sent, connection } = listening();
    const start = clientFor(SFNClient, connection).send(
      new StartExecutionCommand({ stateMachineArn: 'arn' }),
    );
    await expect(start).rejects.toThrow('nothing is sent');
    const invoke = clientFor(LambdaClient, connection).send(new InvokeCommand({ FunctionName: 'recorder' }));
    await expect(invoke).rejects.toThrow('nothing is sent');
    expect(sent.map((headers) => headers['X-Amzn-Trace-Id'])).toEqual([HEADER, HEADER]);
  });

  it('sends no such header where there is no trace', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'cordon-intake');
    vi.stubEnv('_X_AMZN_TRACE_ID', '');
    const { sent, connection } = listening();
    const invoke = clientFor(LambdaClient, connection).send(new InvokeCommand({ FunctionName: 'recorder' }));
    await expect(invoke).rejects.toThrow('nothing is sent');
    expect(Object.keys(sent[0] ?? {}).filter((name) => /trace-id/i.test(name))).toEqual([]);
  });
});
