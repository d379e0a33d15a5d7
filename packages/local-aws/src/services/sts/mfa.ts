import { createHmac } from 'node:crypto';
import { ServiceFault } from '../../core/fault.ts';
import type { Call, Caller } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { iamState, type MfaDevice, type User } from '../iam/state.ts';

/** Seconds that a code is shown for, and its digits. https://www.rfc-editor.org/rfc/rfc6238 */
const STEP_SECONDS = 30;
const DIGITS = 6;

const stepAt = (now: number): number => Math.floor(now / 1000 / STEP_SECONDS);

const codeOfStep = (secret: string, step: number): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  const number = digest.readUInt32BE(offset) & 0x7f_ff_ff_ff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
};

/**
 * The code that a virtual device shows at a virtual epoch ms.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html
 */
export const mfaCode = ({ secret }: Pick<MfaDevice, 'secret'>, now: number): string =>
  codeOfStep(secret, stepAt(now));

/** The user who calls; undefined for a caller of another kind, or one whom nobody added. */
export const userOf = (world: World, { principal, account }: Caller): User | undefined =>
  principal.kind === 'user'
    ? [...world.of(iamState, account, '').users.values()].find(({ arn }) => arn === principal.arn)
    : undefined;

/** What a request says of MFA. */
export interface MfaClaim {
  readonly SerialNumber?: string | undefined;
  readonly TokenCode?: string | undefined;
}

/** The device and the step whose code was given. A code of the step before or after is taken too, for devices' clocks are not exact (UNCONFIRMED). */
const shownBy = (
  { world, caller, now }: Pick<Call, 'world' | 'caller' | 'now'>,
  { SerialNumber: serial, TokenCode: code }: MfaClaim,
): { readonly device: MfaDevice; readonly step: number } | undefined => {
  const device = userOf(world, caller)?.device;
  if (device === undefined || device.serialNumber !== serial) return undefined;
  const step = [-1, 0, 1]
    .map((drift) => stepAt(now) + drift)
    .find((one) => one > device.lastStep && codeOfStep(device.secret, one) === code);
  return step === undefined ? undefined : { device, step };
};

/** Whether a request shows the device of the user who calls, and a code of it that was not used yet. */
export const showsMfa = (call: Pick<Call, 'world' | 'caller' | 'now'>, claim: MfaClaim): boolean =>
  shownBy(call, claim) !== undefined;

/**
 * Takes the code that a request shows, which is good for one request (RFC 6238, 5.2).
 *
 * @returns whether the request shows MFA at all
 * @throws ServiceFault AccessDenied for a wrong or used code, or a device that is not the caller's; ValidationError for one without the other
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const takeMfa = (call: Pick<Call, 'world' | 'caller' | 'now'>, claim: MfaClaim): boolean => {
  const { SerialNumber: serial, TokenCode: code } = claim;
  if (serial === undefined && code === undefined) return false;
  if (serial === undefined || code === undefined || !/^\d{6}$/.test(code))
    throw new ServiceFault(
      'ValidationError',
      'SerialNumber and TokenCode must be given together, the code as six digits',
    );
  const shown = shownBy(call, claim);
  if (shown === undefined)
    throw new ServiceFault(
      'AccessDenied',
      'MultiFactorAuthentication failed with invalid MFA one time pass code.',
      { status: 403 },
    );
  shown.device.lastStep = shown.step;
  return true;
};
