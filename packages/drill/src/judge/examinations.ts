import { TRIAGE_DOCUMENT_NAME } from '@cordon/incident';
import { list, text, texts } from './fields.ts';
import type { OurCall } from './our-calls.ts';

/** The forensic machine: what the same session launched. */
const launchedBy = (calls: readonly OurCall[], { session }: OurCall): readonly string[] =>
  calls.flatMap((one) =>
    one.ok && one.duty === 'examiner' && one.session === session && one.call.operation === 'RunInstances'
      ? [text(list(one.call.output, 'Instances')[0], 'InstanceId') ?? '']
      : [],
  );

/** Whether a command is the examination of disks: our document, pinned, sent by the examiner to the one machine that it launched for the incident. */
export const isExamination = (calls: readonly OurCall[], one: OurCall): boolean => {
  const { call, duty } = one;
  return (
    call.operation === 'SendCommand' &&
    duty === 'examiner' &&
    text(call.input, 'DocumentName') === TRIAGE_DOCUMENT_NAME &&
    text(call.input, 'DocumentHash') !== undefined &&
    texts(call.input, 'InstanceIds').length === 1 &&
    launchedBy(calls, one).includes(texts(call.input, 'InstanceIds')[0] ?? '')
  );
};
