using Npgsql;

namespace MLNet.MultiTask.Hangfire.Storage;

/// <summary>Statements with parameters $1, $2, … in order.</summary>
internal static class Statement
{
    public static NpgsqlCommand Command(this NpgsqlConnection connection, string text, params object?[] values)
    {
        var command = new NpgsqlCommand(text, connection);
        foreach (object? value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }

    /// <summary>Rows changed.</summary>
    public static int Run(this NpgsqlConnection connection, string text, params object?[] values)
    {
        using NpgsqlCommand command = connection.Command(text, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first value; null where there is none.</summary>
    public static object? Ask(this NpgsqlConnection connection, string text, params object?[] values)
    {
        using NpgsqlCommand command = connection.Command(text, values);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    /// <summary>All rows.</summary>
    public static List<T> List<T>(this NpgsqlConnection connection, Func<NpgsqlDataReader, T> read, string text,
        params object?[] values)
    {
        using NpgsqlCommand command = connection.Command(text, values);
        using NpgsqlDataReader rows = command.ExecuteReader();
        List<T> list = [];
        while (rows.Read())
            list.Add(read(rows));
        return list;
    }
}
