using System.IO.Compression;
using System.Text;

namespace Microsoft.ML;

/// <summary>
/// Where one component of a model writes itself: an entry of the zip with the name of its loader and its data, and
/// folders for the components inside it.
/// </summary>
public sealed class ModelSaveContext : IDisposable
{
    internal const string EntryName = "Model.standin";

    private readonly ZipArchive _archive;
    private readonly string _folder;
    private readonly MemoryStream _stream = new();
    private readonly BinaryWriter _writer;
    private bool _begun;

    private ModelSaveContext(ZipArchive archive, string folder)
    {
        _archive = archive;
        _folder = folder;
        _writer = new BinaryWriter(_stream, Encoding.UTF8);
    }

    public void Dispose() => _writer.Dispose();

    internal static void SaveModel(ZipArchive archive, ICanSaveModel component, string folder)
    {
        using ModelSaveContext context = new(archive, folder);
        component.Save(context);
        if (!context._begun)
            throw new InvalidOperationException("ModelSignature not specified!");
        using Stream entry = archive.CreateEntry($"{folder}/{EntryName}").Open();
        context._writer.Flush();
        context._stream.WriteTo(entry);
    }

    /// <summary>Names the loader of the component; its data follow in the writer.</summary>
    internal BinaryWriter Begin(string loader)
    {
        if (_begun)
            throw new InvalidOperationException($"A component is already being saved to '{_folder}'.");
        _begun = true;
        _writer.Write(loader);
        return _writer;
    }

    internal void SaveModel(ICanSaveModel component, string folder)
        => SaveModel(_archive, component, $"{_folder}/{folder}");
}
