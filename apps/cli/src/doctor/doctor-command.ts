import { Command } from 'commander';
import { examples } from '../examples.ts';
import type { Context } from '../context.ts';
import type { DoctorArguments } from './doctor-arguments.ts';
import { doctorPolicies } from './doctor-policies.ts';
import type { OrganizationArguments } from './run-doctor.ts';

/** `cordon doctor ...` */
export const doctorCommand = ({ output, end }: Context): Command => {
  const policies = new Command('policies')
    .description(
      "say which step of the response your organization's own policies would deny; with no AWS access",
    )
    .option('--scp <file...>', 'service control policies; member=FILE is for member accounts alone')
    .option('--rcp <file...>', "resource control policies; likewise, by the resource's account")
    .option('--key-policy <file>', 'the policy of the key that disks of the member are encrypted under')
    .option('--account <id>', 'the member account that you have in mind')
    .option('--region <region>', 'the Region of the instance that you have in mind')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples(
        [
          ['cordon doctor policies --scp region-deny.json no-iam.json', 'SCPs above every account'],
          [
            'cordon doctor policies --scp member=workloads.json --account 602011160021 --region us-east-1',
            'an SCP of an OU',
          ],
          ['cordon doctor policies --rcp data-perimeter.json --json', 'for a program'],
          [
            'cordon doctor policies --key-policy key.json --account 602011160021',
            'may disks under this key be taken?',
          ],
        ],
        [
          'A policy is JSON, or what `aws organizations describe-policy` or `aws kms get-key-policy` prints; - reads standard\n' +
            'input. A prefix limits a control policy: member=, security=, evidence= or forensics=. SCPs are judged as attached\n' +
            'together to one node above the account. The accounts of Cordon come from cordon.config.ts.',
          'Exit codes: 0 nothing would be denied, 1 something would be, 2 bad input, 70 a bug of ours.',
        ],
      ),
    )
    .action(async (given: DoctorArguments) => end(await doctorPolicies(given, output)));
  return organization({ output, end }).addCommand(policies);
};

/** `cordon doctor` alone. */
const organization = ({ output, end }: Context): Command =>
  new Command('doctor')
    .description(
      'look at the organization of cordon.config.ts, before and after deployment, for what would stop the response; reads only',
    )
    .enablePositionalOptions()
    .option(
      '--profile <viewer=name...>',
      'profiles for security=, evidence=, forensics= and stacksets= (who administers StackSets)',
    )
    .option('--before', 'look only at what must be there before a deployment; told by itself when left out')
    .option('--all', 'print what is well too')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples(
        [
          [
            'cordon doctor --profile evidence=acme-evidence forensics=acme-forensics',
            "with the security account's credentials in the environment",
          ],
          ['cordon doctor --before --profile security=acme-security', 'before anything is deployed'],
          ['cordon doctor --json', 'for a program'],
        ],
        [
          'The permission set CordonDoctors lets a person do it, in each account. What an account without credentials holds is\n' +
            'UNKNOWN, and so is what AWS refuses to tell; the rest is looked at all the same. docs/doctor.md',
          'Exit codes: 0 nothing is wrong, 1 something is wrong or not known, 2 bad input, 70 a bug of ours.',
        ],
      ),
    )
    .action(async (given: OrganizationArguments) => {
      const { doctorOrganization } = await import('./run-doctor.ts');
      // oxlint-disable-next-line no-restricted-properties -- a command is an entry point: nobody gives it the time
      end(await doctorOrganization(given, output, Date.now()));
    });
