using System.CommandLine;
using MLNet.MultiTask.Persistence;
using MLNet.MultiTask.Tool.Output;

namespace MLNet.MultiTask.Tool.Options;

/// <summary>A model file that <c>train --out</c> wrote.</summary>
internal sealed class ModelOption
{
    private readonly Option<string> _model = new("--model")
    {
        Description = "Model file that 'train --out' wrote.",
        HelpName = "FILE",
        Required = true,
    };

    public void AddTo(Command command) => command.Options.Add(_model);

    /// <summary>The file that the option names.</summary>
    public void AddTo(FileRoles files, ParseResult parsed) => files.Read(_model.Name, parsed.GetValue(_model));

    /// <summary>The model, which has an encoder.</summary>
    public SavedModel Load(ParseResult parsed)
    {
        string path = parsed.GetValue(_model)!;
        try
        {
            SavedModel saved = ModelFile.Load(path);
            return saved.Encoder is not null ? saved : throw new InputException(
                $"The model '{path}' takes ready features, not the columns of a file; " +
                "it was not written by 'train --out'.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot read '{path}': {e.Message}", e);
        }
        catch (ModelFormatException e)
        {
            throw new InputException($"Cannot load '{path}': {e.Message}", e);
        }
    }
}
