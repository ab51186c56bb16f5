namespace MLNet.MultiTask.Tool;

/// <summary>
/// Something the user can put right; the message is one sentence that names the file, line, column, task or option.
/// </summary>
internal sealed class InputException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Of a file that cannot be opened, or not read to its end.</summary>
    public static InputException CannotRead(string path, Exception why) => new(
        $"Cannot read '{path}': {(Directory.Exists(path) ? "it is a folder; a file is expected." : why.Message)}", why);
}
