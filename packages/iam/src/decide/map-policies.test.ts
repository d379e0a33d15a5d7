import { expect, test } from 'vitest';
import { compilePolicy } from '../compile.ts';
import { mapPolicies } from './map-policies.ts';
import type { RequestPolicies } from './request.ts';

const policy = (name: string) => compilePolicy({ name, version: '2012-10-17', statements: [] });

const EVERY_KIND: Required<RequestPolicies> = {
  identity: [policy('identity 1'), policy('identity 2')],
  session: [policy('session')],
  boundary: policy('boundary'),
  resource: policy('resource'),
  endpoint: policy('endpoint'),
  serviceControl: [[policy('SCP of the root')], [policy('SCP of the account')]],
  resourceControl: [[policy('RCP of the root')], []],
  grants: [{ granteePrincipalArn: 'arn:aws:iam::602011160021:role/backup', operations: ['Decrypt'] }],
};

test('every document is replaced, in its place; grants stay', () => {
  const mapped = mapPolicies(EVERY_KIND, ({ name }) => policy(`${name}, changed`));
  const names = JSON.parse(
    JSON.stringify(mapped, (_key, value: object) =>
      value !== null && typeof value === 'object' && 'statements' in value && 'name' in value
        ? value.name
        : value,
    ),
  ) as unknown;
  expect(names).toEqual({
    identity: ['identity 1, changed', 'identity 2, changed'],
    session: ['session, changed'],
    boundary: 'boundary, changed',
    resource: 'resource, changed',
    endpoint: 'endpoint, changed',
    serviceControl: [['SCP of the root, changed'], ['SCP of the account, changed']],
    resourceControl: [['RCP of the root, changed'], []],
    grants: EVERY_KIND.grants,
  });
});

test('a kind that is not in force stays absent: no session policy is not an empty one', () => {
  expect(mapPolicies({ identity: [] }, (one) => one)).toEqual({ identity: [] });
  expect(Object.keys(mapPolicies({ identity: [] }, (one) => one))).toEqual(['identity']);
});
