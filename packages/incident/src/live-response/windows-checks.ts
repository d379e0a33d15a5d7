import type { LiveCheck } from './linux-checks.ts';

/**
 * The same for a Windows host, by cmdlets that ask the system. Whoever has replaced PowerShell or the kernel decides what they say.
 * https://learn.microsoft.com/en-us/powershell/module/cimcmdlets/get-ciminstance
 */
const PRELUDE = `$ErrorActionPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
$script:left = 21000
function Say([string]$text) {
  $quoted = ''
  foreach ($c in $text.ToCharArray()) {
    if ([int]$c -lt 32 -or [int]$c -gt 126) { $quoted += ('\\u{0:x4}' -f [int]$c) } else { $quoted += $c }
  }
  if ($quoted.Length + 4 -gt $script:left) {
    if ($script:left -gt 0) { Write-Output 'CORDON-LIVE cut' }
    $script:left = 0
    return
  }
  $script:left -= $quoted.Length + 4
  Write-Output ('| ' + $quoted)
}
function Tell($what) { if ($script:left -gt 0) { Say ($what | ConvertTo-Json -Compress) } }
`;

const CHECKS: Readonly<Record<LiveCheck, string>> = {
  processes: `Get-CimInstance Win32_Process | Select-Object ProcessId, ParentProcessId, SessionId, CreationDate, Name | ForEach-Object { Tell $_ }`,
  commandLines: `Get-CimInstance Win32_Process | Select-Object ProcessId, ExecutablePath, CommandLine | ForEach-Object { Tell $_ }`,
  sockets: `Get-NetTCPConnection | Select-Object LocalAddress, LocalPort, RemoteAddress, RemotePort, State, OwningProcess | ForEach-Object { Tell $_ }
Get-NetUDPEndpoint | Select-Object LocalAddress, LocalPort, OwningProcess | ForEach-Object { Tell $_ }`,
  sessions: `Get-CimInstance Win32_LogonSession | Select-Object LogonId, LogonType, StartTime, AuthenticationPackage | ForEach-Object { Tell $_ }
Get-CimInstance Win32_LoggedOnUser | ForEach-Object { Say ([string]$_.Antecedent + ' ' + [string]$_.Dependent) }`,
  mounts: `Get-CimInstance Win32_Volume | Select-Object DriveLetter, Label, FileSystem, Capacity | ForEach-Object { Tell $_ }
Get-CimInstance Win32_Share | Select-Object Name, Path | ForEach-Object { Tell $_ }`,
  modules: `Get-CimInstance Win32_SystemDriver | Select-Object Name, State, StartMode, PathName | ForEach-Object { Tell $_ }`,
  network: `Get-DnsClientServerAddress | Select-Object InterfaceAlias, ServerAddresses | ForEach-Object { Tell $_ }
Get-NetRoute | Select-Object DestinationPrefix, NextHop, InterfaceAlias | ForEach-Object { Tell $_ }
Get-NetNeighbor | Select-Object IPAddress, LinkLayerAddress, State | ForEach-Object { Tell $_ }`,
  schedules: `Get-ScheduledTask | ForEach-Object { Tell @{ path = $_.TaskPath; name = $_.TaskName; state = [string]$_.State; runs = ($_.Actions | ForEach-Object { [string]$_.Execute + ' ' + [string]$_.Arguments }) } }`,
  units: `Get-CimInstance Win32_Service | Select-Object Name, State, StartMode, StartName, PathName | ForEach-Object { Tell $_ }`,
};

/** The script of one check, for PowerShell. */
export const windowsCheck = (check: LiveCheck): string =>
  `${PRELUDE}${CHECKS[check]}\nWrite-Output 'CORDON-LIVE end'\n`;
