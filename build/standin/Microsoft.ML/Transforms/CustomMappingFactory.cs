using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Gives the mapping of a contract when a model that names the contract is loaded.</summary>
public abstract class CustomMappingFactory<TSrc, TDst> : ICustomMappingFactory
    where TSrc : class, new()
    where TDst : class, new()
{
    protected CustomMappingFactory()
    {
    }

    public abstract Action<TSrc, TDst> GetMapping();

    ITransformer ICustomMappingFactory.CreateTransformer(string contractName)
        => new CustomMappingTransformer<TSrc, TDst>(GetMapping(), contractName, null, null);
}

public sealed class CustomMappingFactoryAttributeAttribute : ExtensionBaseAttribute
{
    public CustomMappingFactoryAttributeAttribute(string contractName)
        : base(contractName)
    {
    }
}

internal interface ICustomMappingFactory
{
    ITransformer CreateTransformer(string contractName);
}

internal static class CustomMapping
{
    public const string Loader = "CustomTransformer";

    public static void Save(ModelSaveContext ctx, string contractName, Assembly assembly)
    {
        if (contractName == null)
        {
            throw new InvalidOperationException(
                "Empty contract name for a transform: the transform cannot be saved");
        }

        BinaryWriter writer = ctx.Begin(Loader);
        writer.Write(contractName);
        writer.Write(assembly.FullName);
    }

    /// <summary>Loads the assembly of the contract by its name and registers it, then asks its factory.</summary>
    public static ITransformer Load(ModelLoadContext ctx)
    {
        string contractName = ctx.Reader.ReadString();
        ComponentCatalog catalog = ctx.Environment.ComponentCatalog;
        catalog.RegisterAssembly(Assembly.Load(ctx.Reader.ReadString()));
        object factory = catalog.CreateExtension(typeof(CustomMappingFactoryAttributeAttribute), contractName);
        return factory is ICustomMappingFactory mapping
            ? mapping.CreateTransformer(contractName)
            : throw new InvalidOperationException($"The class with contract '{contractName}' must derive from "
                + $"'{typeof(CustomMappingFactory<,>).FullName}'.");
    }
}
