import type { ResponseStep } from '@cordon/drill';

/** What is lost when a step is denied, and what goes on without it, as the runbook of the step says. */
export const STEP_MEANINGS: Readonly<Record<ResponseStep, string>> = {
  forward: 'findings of the Region do not reach intake: nothing is contained',
  intake: 'findings do not become incidents: nothing is contained',
  workflow: 'the workflow cannot go on to all of its steps: the host may stay open, evidence may be missing',
  recorder: 'evidence is not recorded or not signed; containment goes on',
  inspect: 'there is no plan: nothing is contained',
  protect: 'the host may be terminated, by Auto Scaling above all; containment and evidence go on',
  freeze: 'snapshots or context may be missing: evidence fails; containment goes on',
  'isolate-network': 'the host may stay open, and a person is called; evidence goes on',
  'revoke-credentials':
    'credentials taken from the host may still work; its network is contained, and evidence goes on',
  'trace-sessions':
    'roles that the host assumed before may still be used; its own credentials and its network are contained',
  'open-path': 'nothing is untracked, and no management path is kept; the host is contained as before',
  'close-openings':
    'an interface that was opened for a bounded time stays open: close it by hand at once; evidence goes on',
  'verify-containment': 'nobody confirms that the host is contained; evidence goes on',
  'capture-memory': 'memory is not captured; containment and disks go on',
  stop: 'the host runs on, contained or open as before',
  replace:
    'no other instance takes the place of a lone one that is contained; containment and evidence go on',
  'hand-over': 'disks are not handed over: evidence fails; containment goes on',
  'take-custody': 'disks do not come into custody: evidence fails; containment goes on',
  'hash-blocks': 'it is not shown, block by block, that the copies are the originals; custody goes on',
  investigate: 'there is no forensic machine; containment and evidence are done',
  'end-machines': 'forensic machines stay longer than their days, and cost money; evidence is not touched',
  seal: 'the ledger stays open; containment and evidence are done',
  release: 'nobody can lift containment; what is contained stays so',
  'lift-due': 'session denies of released hosts stay longer than they must',
  watch: 'a host that is opened again is noticed by nobody; it was contained before',
  instance: 'nothing of the response',
};
