# shellcheck shell=bash
# Volumes of EBS among the devices here.

# volume_device vol-ID: EBS gives a volume's id, without the dash, as the serial number of its NVMe device.
# https://docs.aws.amazon.com/ebs/latest/userguide/identify-nvme-ebs-device.html
volume_device() {
  lsblk --json --nodeps --paths --output NAME,SERIAL |
    jq -r --arg serial "${1/-/}" '[.blockdevices[] | select(.serial == $serial) | .name] | if length == 1 then .[0] else empty end'
}
