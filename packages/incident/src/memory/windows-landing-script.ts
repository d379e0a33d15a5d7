const SEND = `# Sends bytes by a link. What was sent, and whose answer was lost, is there already.
function Send([byte[]]$bytes, [int]$count, [string]$link) {
  for ($try = 1; $try -le 3; $try++) {
    $code = 0
    try {
      $request = [Net.Http.HttpRequestMessage]::new([Net.Http.HttpMethod]::Put, $link)
      $request.Content = [Net.Http.ByteArrayContent]::new($bytes, 0, $count)
      $request.Content.Headers.ContentMD5 = $md5.ComputeHash($bytes, 0, $count)
      $request.Headers.TryAddWithoutValidation('If-None-Match', '*') | Out-Null
      $request.Headers.ExpectContinue = $false
      $code = [int]$http.SendAsync($request).GetAwaiter().GetResult().StatusCode
    } catch { $code = 0 }
    if ($code -eq 200) { return }
    if ($code -eq 412) { if ($try -gt 1) { return }; Refuse 'another-run' }
    if ($code -eq 403) { Refuse 'upload-refused' }
    Start-Sleep -Seconds 2
  }
  Refuse 'upload-failed'
}`;

/** Out of the pipe, a part at a time. */
const READ = `try {
  New-Item -ItemType Directory -Path $at | Out-Null
  [IO.File]::WriteAllBytes("$at\\tool.exe", $tool)
  $pipe = [IO.Pipes.NamedPipeServerStream]::new($name, 'In', 1, 'Byte', 'Asynchronous', 1048576, 0)
  $opened = $pipe.WaitForConnectionAsync()
  $run = Start-Process -FilePath "$at\\tool.exe" -ArgumentList "\\\\.\\pipe\\$name" -PassThru -NoNewWindow -RedirectStandardOutput "$at\\log.txt"
  # Without it PowerShell forgets how the program ended.
  $null = $run.Handle
  while (-not $opened.Wait(500)) { if ($run.HasExited -or (Left) -eq 0) { Refuse 'tool-failed' } }
  $part = [byte[]]::new($partBytes)
  do {
    $filled = 0
    do {
      $read = $pipe.ReadAsync($part, $filled, $partBytes - $filled)
      if (-not $read.Wait((Left))) { Refuse 'tool-failed' }
      $filled += $read.Result
    } while ($read.Result -gt 0 -and $filled -lt $partBytes)
    if ($filled -eq 0) { break }
    $number++
    # The first link is for the list of digests.
    if ($number -ge $links.Count) { Refuse 'image-too-large' }
    $digests.Append((Hex $sha.ComputeHash($part, 0, $filled))).Append("\`n") | Out-Null
    $whole.TransformBlock($part, 0, $filled, $null, 0) | Out-Null
    Send $part $filled $links[$number]
    $bytes += $filled
  } while ($filled -eq $partBytes)
  if (-not $run.WaitForExit((Left))) { Refuse 'tool-failed' }
  if ($run.ExitCode -lt 0 -or $bytes -eq 0) { Refuse 'tool-failed' }
  $whole.TransformFinalBlock($part, 0, 0) | Out-Null
  $list = [Text.Encoding]::ASCII.GetBytes($digests.ToString())
  Send $list $list.Length $links[0]
} catch { Refuse 'tool-failed' }`;

/**
 * The same as `landingScript` for a Windows host. WinPmem can write to standard output, but its messages go there too, between the ranges of memory; so
 * it is given a named pipe as its file, which only an administrator can write to and which one program can open. One part at a time is held in memory, hashed
 * and sent by its link. No part of the image touches a disk; the program and the driver that it unpacks must lie on one to be run (below `Program Files`,
 * where nobody but administrators writes), and are taken away at the end. It was never run on Windows.
 *
 * WinPmem: a file name, `-u` unloads the driver, and a status that is negative where it failed. https://github.com/Velocidex/WinPmem
 * Named pipes: https://learn.microsoft.com/dotnet/api/system.io.pipes.namedpipeserverstream
 */
export const windowsLandingScript = (toolSha256: string): string => `$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$linksUrl = '{{ Links }}'
$linksWant = '{{ LinksSha256 }}'
$partBytes = [int]'{{ PartBytes }}'
$url = '{{ ToolUrl }}'
$want = '${toolSha256}'
$until = [DateTime]::UtcNow.AddSeconds([int]'{{ Seconds }}')
$name = 'cordon-memory-' + [Guid]::NewGuid().ToString('N')
$at = Join-Path $env:ProgramFiles $name
$run = $null
$pipe = $null

function Say([hashtable]$what) { Write-Output ''; Write-Output ('CORDON-MEMORY ' + ($what | ConvertTo-Json -Compress)) }
function Finish {
  if ($pipe) { $pipe.Dispose() }
  if ($run -and -not $run.HasExited -and -not $run.WaitForExit(10000)) {
    $run.Kill()
    Start-Process -FilePath "$at\\tool.exe" -ArgumentList '-u' -NoNewWindow -Wait
  }
  Remove-Item -Recurse -Force $at -ErrorAction SilentlyContinue
}
function Refuse([string]$because) { Finish; Say @{ status = 'refused'; because = $because }; exit 1 }
function Hex([byte[]]$bytes) { ([BitConverter]::ToString($bytes) -replace '-', '').ToLower() }
function Left { [int][Math]::Max(0, ($until - [DateTime]::UtcNow).TotalMilliseconds) }

if ($PSVersionTable.PSVersion.Major -lt 5) { Refuse 'old-shell' }
Add-Type -AssemblyName System.Net.Http
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
$http = [Net.Http.HttpClient]::new()
$http.Timeout = [TimeSpan]::FromSeconds(300)
$sha = [Security.Cryptography.SHA256]::Create()
$md5 = [Security.Cryptography.MD5]::Create()
$whole = [Security.Cryptography.SHA256]::Create()

${SEND}

try {
  $list = $http.GetByteArrayAsync($linksUrl).GetAwaiter().GetResult()
  $tool = $http.GetByteArrayAsync($url).GetAwaiter().GetResult()
} catch { Refuse 'tool-not-fetched' }
if ((Hex $sha.ComputeHash($list)) -ne $linksWant) { Refuse 'links-differ' }
$have = Hex $sha.ComputeHash($tool)
if ($have -ne $want) { Refuse 'tool-hash-differs' }
$links = [Text.Encoding]::ASCII.GetString($list).TrimEnd().Split("\`n")
$digests = [Text.StringBuilder]::new()
$bytes = [long]0
$number = 0
${READ}
$said = @{
  status = 'captured'
  by = 'winpmem'
  sha256 = Hex $whole.Hash
  bytes = $bytes
  toolSha256 = $have
  kernel = [Environment]::OSVersion.Version.ToString()
  parts = $number
  digests = Hex $sha.ComputeHash($list)
}
Finish
Say $said
`;
