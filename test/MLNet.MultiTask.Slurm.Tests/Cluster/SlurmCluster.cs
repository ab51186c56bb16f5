using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MLNet.MultiTask.Tests.Cluster;

/// <summary>Debian's Slurm on loopback: munged, slurmctld and a slurmd per node, with a configuration of its
/// own.</summary>
internal sealed class SlurmCluster : IDisposable
{
    private static readonly string[] s_programs = ["munged", "slurmctld", "slurmd"];

    private readonly Folder _folder = new();
    private readonly int[] _ports = FreePorts(3);

    public SlurmCluster()
    {
        foreach (string name in new[] { "state", "spool-n1", "spool-n2" })
            Directory.CreateDirectory(_folder[name]);
        File.WriteAllText(_folder["slurm.conf"], Configuration());
        byte[] key = new byte[1024];
        Random.Shared.NextBytes(key);
        File.WriteAllBytes(_folder["munge.key"], key);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["munge.key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(_folder.Path, (UnixFileMode)Convert.ToInt32("755", 8));
        }
        Environment.SetEnvironmentVariable("SLURM_CONF", _folder["slurm.conf"]);
        Execute("munged", "--force", $"--socket={_folder["munge.socket"]}", $"--key-file={_folder["munge.key"]}",
            $"--pid-file={_folder["munge.pid"]}", $"--log-file={_folder["munge.log"]}",
            $"--seed-file={_folder["munge.seed"]}");
        Execute("slurmctld", "-c");
        StartNode("n1");
        StartNode("n2");
        Wait.Until(() => Ask("sinfo", "--noheader", "--format=%D %T").Contains("2 idle", StringComparison.Ordinal), 60);
    }

    /// <summary>Why no cluster can be started here; null where one can.</summary>
    public static string? Missing => !OperatingSystem.IsLinux() || Environment.UserName != "root"
        ? "A cluster is started by root only"
        : s_programs.Where(p => !File.Exists(Program(p))).ToArray() is { Length: > 0 } none
            ? $"Slurm is not installed ({string.Join(", ", none)} missing; Debian's packages slurm-wlm and munge)"
            : null;

    public Folder Folder => _folder;

    public static void StartNode(string name) => Execute("slurmd", "-N", name);

    /// <summary>Ends a node with all that runs there, as a loss of power would.</summary>
    public void KillNode(string name)
    {
        int daemon = int.Parse(File.ReadAllText(_folder[$"slurmd-{name}.pid"]), CultureInfo.InvariantCulture);
        int[] jobs = [.. Jobs(name)], steps = [.. jobs.Select(Parent).Where(p => Read($"/proc/{p}/cmdline")
            .Contains("slurmstepd", StringComparison.Ordinal)).Distinct()];
        // From above: nobody is left to say how the job ended.
        foreach (int process in new[] { daemon }.Concat(steps).Concat(jobs))
            Kill(process);
    }

    /// <summary>Processes of jobs on a node of this cluster.</summary>
    public int[] Jobs(string node) => [.. Directory.GetDirectories("/proc").Select(d => Path.GetFileName(d)!)
        .Where(p => char.IsDigit(p[0])).Select(p => int.Parse(p, CultureInfo.InvariantCulture)).Where(p =>
            Read($"/proc/{p}/environ") is var text
            && text.Contains($"SLURMD_NODENAME={node}\0", StringComparison.Ordinal)
            && text.Contains($"SLURM_CONF={_folder["slurm.conf"]}\0", StringComparison.Ordinal))];

    private static int Parent(int process) => Read($"/proc/{process}/status").Split('\n')
        .Where(l => l.StartsWith("PPid:", StringComparison.Ordinal))
        .Select(l => int.Parse(l[5..], CultureInfo.InvariantCulture)).FirstOrDefault();

    public static string Ask(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    public void Dispose()
    {
        foreach (string name in new[] { "slurmd-n1.pid", "slurmd-n2.pid", "slurmctld.pid", "munge.pid" })
            if (File.Exists(_folder[name]))
                Kill(int.Parse(File.ReadAllText(_folder[name]), CultureInfo.InvariantCulture));
        foreach (string node in new[] { "n1", "n2" })
            foreach (int job in Jobs(node))
                Kill(job);
        Environment.SetEnvironmentVariable("SLURM_CONF", null);
        _folder.Dispose();
    }

    private string Configuration() => FormattableString.Invariant($"""
        ClusterName=test
        SlurmctldHost={Environment.MachineName}(127.0.0.1)
        SlurmctldPort={_ports[0]}
        SlurmUser=root
        SlurmdUser=root
        CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
        AuthType=auth/munge
        AuthInfo=cred_expire=5,socket={_folder["munge.socket"]}
        CredType=cred/munge
        ProctrackType=proctrack/linuxproc
        TaskPlugin=task/none
        JobAcctGatherType=jobacct_gather/none
        MpiDefault=none
        ReturnToService=1
        SlurmdTimeout=5
        InactiveLimit=0
        KillWait=2
        SchedulerType=sched/backfill
        SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
        SelectType=select/cons_tres
        SelectTypeParameters=CR_CPU
        JobRequeue=1
        StateSaveLocation={_folder["state"]}
        SlurmdSpoolDir={_folder["spool-%n"]}
        SlurmctldPidFile={_folder["slurmctld.pid"]}
        SlurmdPidFile={_folder["slurmd-%n.pid"]}
        SlurmctldLogFile={_folder["slurmctld.log"]}
        SlurmdLogFile={_folder["slurmd-%n.log"]}
        NodeName=n1 NodeHostname={Environment.MachineName} NodeAddr=127.0.0.1 Port={_ports[1]} CPUs=1 RealMemory=1000
        NodeName=n2 NodeHostname={Environment.MachineName} NodeAddr=127.0.0.1 Port={_ports[2]} CPUs=1 RealMemory=1000
        PartitionName=sweep Nodes=ALL Default=YES MaxTime=10:00 State=UP

        """);

    private static string Program(string name) => $"/usr/sbin/{name}";

    private static void Execute(string name, params string[] arguments)
    {
        // A daemon would keep a pipe open.
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh",
            ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", Program(name), .. arguments]))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{name} ended with {process.ExitCode}");
    }

    private static void Kill(int process)
    {
        try
        {
            Process.GetProcessById(process).Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
            listener.Start();
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
            listener.Stop();
        return ports;
    }
}
