namespace MLNet.MultiTask.Persistence;

/// <summary>
/// A file is damaged, foreign or newer than this version of the library; the message names the section and the reason.
/// </summary>
public sealed class ModelFormatException : FormatException
{
    /// <summary>Says what is wrong where.</summary>
    /// <param name="section">The part of the file, such as "header" or "networks.0.layers.1.weight".</param>
    /// <param name="reason">What was expected and what was found.</param>
    /// <param name="innerException">What brought it to light, if anything did.</param>
    public ModelFormatException(string section, string reason, Exception? innerException = null)
        : base($"Not a readable model file: {section}: {reason}", innerException) => Section = section;

    /// <summary>The part of the file that is wrong.</summary>
    public string Section { get; }
}
