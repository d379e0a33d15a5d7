/**
 * The same for a Windows host: the fresh volume is made usable, WinPmem is fetched to it, held to the hash that is written here, and writes a raw image beside
 * itself. https://github.com/Velocidex/WinPmem
 */
export const windowsScript = (toolSha256: string): string => `$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$volume = '{{ Volume }}'
$url = '{{ ToolUrl }}'
$want = '${toolSha256}'
$seconds = [int]'{{ Seconds }}'
$disk = $null

function Say([hashtable]$what) { Write-Output ''; Write-Output ('CORDON-MEMORY ' + ($what | ConvertTo-Json -Compress)) }
function Finish { if ($disk) { Set-Disk -Number $disk.Number -IsOffline $true -ErrorAction SilentlyContinue } }
function Refuse([string]$because) { Finish; Say @{ status = 'refused'; because = $because }; exit 1 }

for ($i = 0; $i -lt 30 -and -not $disk; $i++) {
  # The serial reads vol0123..., an underscore and a number.
  $disk = Get-Disk | Where-Object { $_.SerialNumber -like "$volume*" } | Select-Object -First 1
  if (-not $disk) { Start-Sleep -Seconds 2 }
}
if (-not $disk) { Refuse 'no-volume' }
try {
  Set-Disk -Number $disk.Number -IsOffline $false
  Set-Disk -Number $disk.Number -IsReadOnly $false
  Initialize-Disk -Number $disk.Number -PartitionStyle GPT
  $part = New-Partition -DiskNumber $disk.Number -UseMaximumSize -AssignDriveLetter
  Format-Volume -Partition $part -FileSystem NTFS -NewFileSystemLabel 'cordon-memory' -Confirm:$false | Out-Null
} catch { Refuse 'no-file-system' }
$at = "$($part.DriveLetter):\\"
try {
  [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
  Invoke-WebRequest -UseBasicParsing -TimeoutSec 120 -Uri $url -OutFile "\${at}tool.exe"
} catch { Refuse 'tool-not-fetched' }
$have = (Get-FileHash -Algorithm SHA256 "\${at}tool.exe").Hash.ToLower()
if ($have -ne $want) { Refuse 'tool-hash-differs' }
$run = Start-Process -FilePath "\${at}tool.exe" -ArgumentList "\${at}image.raw" -PassThru -NoNewWindow
if (-not $run.WaitForExit($seconds * 1000)) { $run.Kill(); Refuse 'tool-failed' }
if (-not (Test-Path "\${at}image.raw")) { Refuse 'tool-failed' }
$bytes = (Get-Item "\${at}image.raw").Length
if ($bytes -lt 1) { Refuse 'tool-failed' }
$said = @{
  status = 'captured'
  sha256 = (Get-FileHash -Algorithm SHA256 "\${at}image.raw").Hash.ToLower()
  bytes = $bytes
  toolSha256 = $have
  kernel = [Environment]::OSVersion.Version.ToString()
}
$said | ConvertTo-Json -Compress | Set-Content -Path "\${at}record.json"
Finish
Say $said
`;
