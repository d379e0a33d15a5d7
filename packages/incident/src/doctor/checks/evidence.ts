import type { CordonConfig } from '../../config.ts';
import type { DoctorFacts } from '../facts.ts';
import { check, type DoctorLine } from '../line.ts';
import { lines } from '../reading.ts';
import { samePolicy } from '../same-policy.ts';

const CHANGED =
  'ask CloudTrail who changed it; then put it back as break-glass (docs/deployment.md, Change keys and the vault), or deploy what cordon.config.ts says now';

const keyLines = ({ keys }: DoctorFacts, config: CordonConfig): readonly DoctorLine[] =>
  keys.flatMap(({ alias, region, wanted, reading }) => {
    const place = { region, accounts: [config.accounts.evidence] };
    return lines({ id: 'key-state', ...place }, reading, (key) => {
      if (key === undefined)
        return [
          check('key-state', place).error({
            says: `there is no key ${alias}`,
            whatToDo: 'deploy the evidence account in this Region (docs/deployment.md, Deploy)',
          }),
        ];
      return [
        key.state === 'Enabled'
          ? check('key-state', place).ok(`${alias} is enabled`)
          : check('key-state', place).error({
              says: `${alias} is ${key.state}: no copy under it can be made or read`,
              whatToDo:
                'ask CloudTrail who did it; as break-glass: aws kms cancel-key-deletion, aws kms enable-key',
            }),
        ...lines({ id: 'key-policy', ...place }, key.policy, (policy) => [
          samePolicy(policy, wanted)
            ? check('key-policy', place).ok(`${alias} has the policy that was deployed`)
            : check('key-policy', place).error({
                says: `the policy of ${alias} is not the one that this configuration deploys`,
                whatToDo: CHANGED,
              }),
        ]),
      ];
    });
  });

const vaultLines = ({ vaults }: DoctorFacts, config: CordonConfig): readonly DoctorLine[] =>
  vaults.flatMap(({ region, wanted, reading }) => {
    const place = { region, accounts: [config.accounts.evidence] };
    return lines({ id: 'vault-policy', ...place }, reading, (policy) => [
      policy !== undefined && samePolicy(policy, wanted)
        ? check('vault-policy', place).ok('the vault has the policy that was deployed')
        : check('vault-policy', place).error({
            says:
              policy === undefined
                ? 'the vault is not there, or has no policy'
                : "the vault's policy is not the one that this configuration deploys",
            whatToDo: CHANGED,
          }),
    ]);
  });

const callerLines = ({ callers }: DoctorFacts, config: CordonConfig): readonly DoctorLine[] =>
  callers.flatMap(({ functionName, region, wanted, reading }) => {
    const place = { region, accounts: [config.accounts.evidence] };
    return lines({ id: 'callers', ...place }, reading, (found = []) => {
      // A deleted role stays in a policy as its id. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
      const deleted = found.filter((principal) => /^A[A-Z0-9]{15,}$/.test(principal));
      const missing = wanted.filter((role) => !found.includes(role));
      const tooMany = found.filter(
        (principal) => !wanted.includes(principal) && !deleted.includes(principal),
      );
      const wrong = [
        ...(deleted.length === 0 ? [] : [`names ${deleted.length} role(s) that were deleted`]),
        ...(missing.length === 0 ? [] : [`does not name ${missing.join(', ')}`]),
        ...(tooMany.length === 0 ? [] : [`names ${tooMany.join(', ')} too`]),
      ];
      return [
        wrong.length === 0
          ? check('callers', place).ok(`${functionName} is called by whom it should be`)
          : check('callers', place).error({
              says: `the policy of ${functionName} ${wrong.join('; ')}`,
              whatToDo:
                'as break-glass take away what should not be there, then give what is missing (docs/deployment.md, Remove); what names others too: ask CloudTrail who did it',
            }),
      ];
    });
  });

/** Keys, vaults and callers as they were deployed. */
export const evidenceLines = (facts: DoctorFacts, config: CordonConfig): readonly DoctorLine[] => [
  ...keyLines(facts, config),
  ...vaultLines(facts, config),
  ...callerLines(facts, config),
];
