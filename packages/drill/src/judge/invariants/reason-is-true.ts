import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { keyCaseRows } from '../key-cases.ts';

/** A volume whose key lets somebody of ours have a copy has one and no reason; any other has the reason that is true of its key. */
export const reasonIsTrue: Invariant = {
  id: 'reason-is-true',
  judge: (scene) => {
    if (scene.remains.through === 'contain')
      return notJudged('the run was judged through containment; evidence comes after it');
    const judged = scene.incidents.flatMap((opened) => {
      const rows = keyCaseRows(scene, opened);
      return (opened.suspect?.volumes ?? []).flatMap(({ keyCase, volumeId }) => {
        const row = rows.find((one) => one.volumeId === volumeId);
        return keyCase === undefined || row === undefined ? [] : [{ keyCase, row, account: opened.account }];
      });
    });
    if (judged.length === 0) return notJudged('no volume stands for a case of keys');
    const wrong = judged.flatMap(({ keyCase: { name, says }, row, account }) => {
      const who = `${name} in ${account} (${row.volumeId})`;
      if (says === undefined) {
        if (row.snapshotId === undefined)
          return [`${who}: its key allows a copy and there is none: ${row.because ?? 'no reason is stated'}`];
        return row.because === undefined ? [] : [`${who} has a copy, and ${row.because} is said of it`];
      }
      if (row.snapshotId !== undefined) return [`${who}: a copy of what nobody can read`];
      return row.because?.includes(says) === true
        ? []
        : [`${who}: ${JSON.stringify(row.because ?? '')} is said, and it is true that its key ${says}`];
    });
    const copied = judged.filter(({ row }) => row.snapshotId !== undefined).length;
    return verdictOn(
      wrong,
      `${judged.length} case(s) of keys: ${copied} have a copy as their key allows, ${judged.length - copied} the reason that is true of it`,
    );
  },
};
