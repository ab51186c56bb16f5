using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MLNet.MultiTask.Tests;

/// <summary>Debian's PostgreSQL on a port and in a folder of its own, with a password.</summary>
internal sealed class PostgresServer : IDisposable
{
    public const string Password = "s3cret-with-@-and-/";

    private static readonly string? s_binaries = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin"))
            .Where(d => File.Exists(Path.Combine(d, "postgres"))).OrderDescending().FirstOrDefault() : null;

    private readonly string _folder;

    private PostgresServer(string folder, int port) => (_folder, Port) = (folder, port);

    /// <summary>Why no server can be started here; null where one can.</summary>
    public static string? Missing => s_binaries is null ? "PostgreSQL is not installed (/usr/lib/postgresql is missing)"
        : Environment.UserName == "root" && !File.Exists("/usr/sbin/runuser") && !File.Exists("/sbin/runuser")
            ? "PostgreSQL refuses to run as root, and runuser is missing" : null;

    public int Port { get; }

    /// <summary>With the password.</summary>
    public string Url => Address("multitask");

    public static PostgresServer Start()
    {
        string folder = Directory.CreateTempSubdirectory("mt-postgres-").FullName;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = new PostgresServer(folder, ((IPEndPoint)listener.LocalEndpoint).Port);
        listener.Stop();
        File.WriteAllText(Path.Combine(folder, "password"), Password);
        if (Environment.UserName == "root")
            Execute("chown", "-R", "postgres", folder);
        Run("initdb", "-D", server.Data, "-U", "multitask", "-A", "scram-sha-256",
            $"--pwfile={folder}/password", "--no-sync", "-E", "UTF8", "--locale=C");
        server.Begin();
        return server;
    }

    /// <summary>The address of a database, new on first use.</summary>
    public string NewDatabase()
    {
        string name = $"d{Guid.NewGuid():N}";
        using var connection = new Npgsql.NpgsqlConnection(
            $"Host=127.0.0.1;Port={Port};Username=multitask;Password={Password};Database=postgres;Pooling=false");
        connection.Open();
        using var command = new Npgsql.NpgsqlCommand($"create database {name}", connection);
        command.ExecuteNonQuery();
        return Address(name);
    }

    public string Address(string database) =>
        $"postgres://multitask:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}/{database}";

    public void Begin() => Run("pg_ctl", "-D", Data, "-w", "-t", "60", "-l", Path.Combine(_folder, "log"), "-o",
        $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c max_connections=200",
        "start");

    /// <summary>Ends the server as a crash would.</summary>
    public void Crash() => Run("pg_ctl", "-D", Data, "-w", "-m", "immediate", "stop");

    public void Dispose()
    {
        Npgsql.NpgsqlConnection.ClearAllPools();
        Run("pg_ctl", "-D", Data, "-w", "-m", "immediate", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private static void Run(string program, params string[] arguments)
    {
        string path = Path.Combine(s_binaries!, program);
        if (Environment.UserName == "root")
            Execute("runuser", ["-u", "postgres", "--", path, .. arguments]);
        else
            Execute(path, arguments);
    }

    private static void Execute(string program, params string[] arguments)
    {
        // pg_ctl's server would keep a pipe open.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec \"$0\" \"$@\" >/dev/null 2>&1");
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
