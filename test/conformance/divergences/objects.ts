import { at, differ, localLacks, motoLacks, motoTakes, outcomes, type Divergence } from '../divergence.ts';

const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/API/';

/** S3. */
export const objectDivergences: readonly Divergence[] = [
  motoLacks(
    [
      at(
        [
          's3: puts an object that is not there',
          's3: puts an object with its digest and retention',
          's3: reads an object',
          's3: reads an object with its retention',
          's3: puts a second version',
        ],
        { ChecksumType: 'FULL_OBJECT' },
      ),
      at(
        [
          's3: puts an object that is not there',
          's3: puts an object with its digest and retention',
          's3: reads an object',
          's3: reads an object with its retention',
          's3: reads a part of an object',
          's3: heads an object',
          's3: puts a second version',
        ],
        { ServerSideEncryption: 'AES256' },
      ),
    ],
    {
      page: `${S3}API_PutObject.html`,
      because:
        'every new object is encrypted, with AES256 if nothing else is asked for, and its checksum has a type',
    },
  ),
  localLacks(
    [
      at(['s3: refuses to put an object that is there'], { 'refused.Condition': 'If-None-Match' }),
      at(['s3: refuses an object for a bucket that is not there'], {
        'refused.BucketName': 'conformance-absent',
      }),
      at(['s3: refuses to read an object that is not there'], { 'refused.Key': 'absent' }),
      at(['s3: refuses to read a deleted object'], { 'refused.Key': 'incidents/inc-1/ledger/000001.json' }),
      at(['s3: refuses to read a bucket policy that is not there'], {
        'refused.BucketName': 'conformance-plain',
      }),
    ],
    {
      page: `${S3}ErrorResponses.html`,
      because: 'what an error names beside its code is left out here: nothing of the product reads it',
    },
  ),
  motoTakes(['s3: refuses an object whose digest is another'], 'BadDigest', {
    page: `${S3}ErrorResponses.html`,
    because: 'a checksum that is not the body’s refuses the object; moto keeps the object',
  }),
  localLacks(
    [
      at(['s3: lists objects in order of their keys', 's3: lists the first of several objects'], {
        'Contents[].ChecksumAlgorithm': ['CRC32'],
      }),
      at(['s3: lists objects in order of their keys'], { 'Contents[].ChecksumAlgorithm': ['SHA256'] }),
      at(['s3: lists versions, the latest first', 's3: lists versions and the mark of the deletion'], {
        KeyMarker: '',
        VersionIdMarker: '<opaque>',
      }),
    ],
    {
      page: `${S3}API_ListObjectVersions.html`,
      because:
        'checksums in lists and markers that are empty are left out here: nothing of the product reads them',
    },
  ),
  localLacks(
    [
      at(['s3: lists versions, the latest first', 's3: lists versions and the mark of the deletion'], {
        'Versions[].Owner': {
          DisplayName: 'webfile',
          ID: '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a',
        },
      }),
      at(['s3: lists versions and the mark of the deletion'], {
        'DeleteMarkers[].Owner': {
          DisplayName: 'webfile',
          ID: '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a',
        },
      }),
    ],
    {
      page: `${S3}API_ListObjectVersions.html`,
      because:
        'owners are left out here: the buckets have no ACLs, and nothing of the product reads whose an object is',
    },
  ),
  outcomes(
    ['s3: reads the retention of a version'],
    { local: 'answered', moto: 'refused Error' },
    {
      right: 'local-aws',
      page: `${S3}API_GetObjectRetention.html`,
      because:
        'moto has no GetObjectRetention: it answers with the object, which no client can read as a retention',
    },
  ),
  differ(
    [
      at(['s3: refuses to read a retention that is not there'], {
        'refused.code': { local: 'NoSuchObjectLockConfiguration', moto: 'Error' },
        status: { local: 404, moto: 200 },
      }),
    ],
    {
      right: 'local-aws',
      page: `${S3}API_GetObjectRetention.html`,
      because: 'the same: moto answers with the object',
    },
  ),
  motoTakes(['s3: refuses to shorten a retention'], 'AccessDenied', {
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html',
    because: 'in compliance mode nobody can shorten a retention; moto does',
  }),
  differ([at(['s3: reads a hold that is not there'], { 'LegalHold.Status': { local: 'OFF' } })], {
    right: 'neither-documented',
    page: `${S3}API_GetObjectLegalHold.html`,
    because:
      'the page does not say what is answered of a version that never had a hold; the product never asks',
  }),
];
