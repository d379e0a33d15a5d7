import type {
  GetConsoleOutputCommandInput,
  GetConsoleOutputCommandOutput,
  GetConsoleScreenshotCommandInput,
  GetConsoleScreenshotCommandOutput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { blankScreen } from './blank-screen.ts';
import { stateOf } from './lookup.ts';
import { instanceCheck } from './resource-checks.ts';
import { idKinds, requireOne } from './resource-ids.ts';

/** "the most recent 64 KB". https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html */
const KEPT_BYTES = 65_536;

const getConsoleOutput = operation<
  GetConsoleOutputCommandInput,
  Omit<GetConsoleOutputCommandOutput, '$metadata'>
>({
  checks: (input, call) => [instanceCheck('GetConsoleOutput', call, input.InstanceId ?? '*')],
  run: (input, call) => {
    acceptInput(input, 'GetConsoleOutput', ['InstanceId', 'Latest']);
    const instance = requireOne(
      idKinds.instance,
      stateOf(call).instances,
      required(input.InstanceId, 'instanceId'),
    );
    const text = Buffer.from(instance.consoleOutput, 'utf8');
    return {
      InstanceId: instance.instanceId,
      Timestamp: new Date(call.now),
      Output: text.subarray(Math.max(0, text.length - KEPT_BYTES)).toString('base64'),
    };
  },
});

const getConsoleScreenshot = operation<
  GetConsoleScreenshotCommandInput,
  Omit<GetConsoleScreenshotCommandOutput, '$metadata'>
>({
  checks: (input, call) => [instanceCheck('GetConsoleScreenshot', call, input.InstanceId ?? '*')],
  run: (input, call) => {
    acceptInput(input, 'GetConsoleScreenshot', ['InstanceId', 'WakeUp']);
    const instance = requireOne(
      idKinds.instance,
      stateOf(call).instances,
      required(input.InstanceId, 'instanceId'),
    );
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshoot-unreachable-instance.html : not for Graviton and bare metal.
    if (instance.architecture === 'arm64' || instance.instanceType.includes('metal')) {
      throw new ServiceFault(
        'UnsupportedOperation',
        `The instance '${instance.instanceId}' of type ${instance.instanceType} does not support screenshots.`,
      );
    }
    if (instance.state !== 'running') {
      throw new ServiceFault(
        'IncorrectInstanceState',
        `The instance '${instance.instanceId}' is not in the 'running' state: it is ${instance.state}.`,
      );
    }
    return { InstanceId: instance.instanceId, ImageData: blankScreen() };
  },
});

/** Operations that read an instance's console. */
export const instanceConsoleOperations = {
  GetConsoleOutput: getConsoleOutput,
  GetConsoleScreenshot: getConsoleScreenshot,
};
