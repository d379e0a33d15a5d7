import type {
  AddPermissionCommandInput,
  AddPermissionCommandOutput,
  GetPolicyCommandInput,
  GetPolicyCommandOutput,
  RemovePermissionCommandInput,
  RemovePermissionCommandOutput,
} from '@aws-sdk/client-lambda';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { grantPermission, policyNow, statementsNow } from './permissions.ts';
import { findFunction, functionArn, readFunctionName, type LambdaFunction } from './state.ts';

type Output<Given> = Omit<Given, '$metadata'>;
interface Named {
  readonly FunctionName?: string | undefined;
}

const arnOf = (input: Named, call: Call): string => {
  const at = { account: call.caller.account, region: call.region };
  const place = readFunctionName(input.FunctionName ?? '', at);
  return place === undefined ? (input.FunctionName ?? '') : functionArn(call.world, place);
};

const check = (action: string, input: Named, call: Call, context: Check['context'] = {}): Check => {
  const resource = arnOf(input, call);
  return { action: `lambda:${action}`, resource, context, account: resource.split(':')[4] ?? '' };
};

const required = (input: Named, call: Call): LambdaFunction => {
  const arn = arnOf(input, call);
  const fn = findFunction(call.world, arn);
  if (fn !== undefined) return fn;
  throw new ServiceFault('ResourceNotFoundException', `Function not found: ${arn}`, { status: 404 });
};

const noPolicy = (): ServiceFault =>
  new ServiceFault('ResourceNotFoundException', 'The resource you requested does not exist.', {
    status: 404,
  });

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html */
const getPolicy = operation<GetPolicyCommandInput, Output<GetPolicyCommandOutput>>({
  checks: (input, call) => [check('GetPolicy', input, call)],
  run: (input, call) => {
    acceptMembers(input, 'GetPolicy', ['FunctionName']);
    const policy = policyNow(call.world, required(input, call));
    if (policy === undefined) throw noPolicy();
    return { Policy: JSON.stringify(policy) };
  },
});

/** A condition of organization alone: those of sources and URLs are made by templates. https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
const addPermission = operation<AddPermissionCommandInput, Output<AddPermissionCommandOutput>>({
  checks: (input, call) => [
    check('AddPermission', input, call, { 'lambda:Principal': input.Principal ?? '' }),
  ],
  run: (input, call) => {
    acceptMembers(input, 'AddPermission', [
      'FunctionName',
      'StatementId',
      'Action',
      'Principal',
      'PrincipalOrgID',
    ]);
    const fn = required(input, call);
    const { StatementId: sid = '', Action: action = '', Principal: principal = '', PrincipalOrgID } = input;
    const condition =
      PrincipalOrgID === undefined ? {} : { StringEquals: { 'aws:PrincipalOrgID': PrincipalOrgID } };
    grantPermission(call.world, fn, { sid, action, principal, condition });
    const [statement] = statementsNow(call.world, fn).slice(-1);
    return { Statement: JSON.stringify(statement) };
  },
});

/** https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html */
const removePermission = operation<RemovePermissionCommandInput, Output<RemovePermissionCommandOutput>>({
  checks: (input, call) => {
    const there = findFunction(call.world, arnOf(input, call))?.permissions.get(input.StatementId ?? '');
    return [
      check(
        'RemovePermission',
        input,
        call,
        there === undefined ? {} : { 'lambda:Principal': there.principal },
      ),
    ];
  },
  run: (input, call) => {
    acceptMembers(input, 'RemovePermission', ['FunctionName', 'StatementId']);
    if (!required(input, call).permissions.delete(input.StatementId ?? '')) throw noPolicy();
    return {};
  },
});

/** Operations on a function's policy. */
export const permissionOperations: Readonly<Record<string, Operation>> = {
  AddPermission: addPermission,
  GetPolicy: getPolicy,
  RemovePermission: removePermission,
};
