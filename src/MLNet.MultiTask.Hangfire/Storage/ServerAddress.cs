using Npgsql;

namespace MLNet.MultiTask.Hangfire.Storage;

/// <summary>Where the database is: a URL or a connection string. Its text never holds the password.</summary>
internal sealed class ServerAddress
{
    private const string Form = "postgres://user:password@host:port/database";

    private readonly NpgsqlConnectionStringBuilder _builder;

    private ServerAddress(NpgsqlConnectionStringBuilder builder)
    {
        _builder = builder;
        _builder.ApplicationName ??= "mlnet-multitask";
        // A host that vanished is noticed after seconds, not hours.
        (_builder.KeepAlive, _builder.TcpKeepAlive, _builder.Timeout) = (5, true, 5);
        // A dozen statements are all there is; whoever has a pooler that forgets them says Max Auto Prepare=0.
        if (!_builder.ContainsKey("Max Auto Prepare"))
            (_builder.MaxAutoPrepare, _builder.AutoPrepareMinUsages) = (20, 2);
    }

    /// <summary>For Npgsql; holds the password.</summary>
    public string ConnectionString => _builder.ConnectionString;

    /// <summary>
    /// For Hangfire, whose jobs only wake workers up: losing the last ones in a crash costs a second call.
    /// </summary>
    public string WakingConnectionString => new NpgsqlConnectionStringBuilder(ConnectionString)
    {
        Options = $"{_builder.Options} -c synchronous_commit=off".Trim(), ApplicationName = "mlnet-multitask-jobs",
    }.ConnectionString;

    /// <exception cref="ArgumentException">It is neither.</exception>
    public static ServerAddress Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        try
        {
            return new ServerAddress(text.Contains("://", StringComparison.Ordinal) ? OfUrl(text) : new(text));
        }
        catch (Exception e) when (
            e is UriFormatException or ArgumentException or FormatException or KeyNotFoundException)
        {
            // What was given may hold a password, and so may the message.
            throw new ArgumentException($"The address of the database cannot be read; {Form} is expected, or a " +
                "connection string of Npgsql", nameof(text));
        }
    }

    /// <summary>Host, port, database and user; no password.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{_builder.Host}:{_builder.Port}/{_builder.Database ?? _builder.Username}") +
        (_builder.Username is { } user ? $" as {user}" : "");

    private static NpgsqlConnectionStringBuilder OfUrl(string text)
    {
        var url = new Uri(text);
        if (url.Scheme is not ("postgres" or "postgresql") || url.Host.Length == 0)
            throw new FormatException();
        string[] user = url.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder { Host = url.Host, Port = url.Port < 0 ? 5432 : url.Port };
        if (user[0].Length > 0)
            builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            builder.Password = Uri.UnescapeDataString(user[1]);
        if (url.AbsolutePath.Length > 1)
            builder.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        foreach (string part in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split('=', 2);
            builder[pair[0] == "sslmode" ? "SSL Mode" : Uri.UnescapeDataString(pair[0])] =
                Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "");
        }
        return builder;
    }
}
