using System.Globalization;
using System.Reflection;

namespace MLNet.MultiTask.Tests.MicrosoftML;

/// <summary>Types and generic constraints as C# writes them, with namespaces.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(int)] = "int", [typeof(long)] = "long", [typeof(short)] = "short", [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte", [typeof(uint)] = "uint", [typeof(ulong)] = "ulong", [typeof(ushort)] = "ushort",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(bool)] = "bool", [typeof(string)] = "string",
        [typeof(object)] = "object", [typeof(void)] = "void", [typeof(char)] = "char", [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!);
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsGenericParameter)
            return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying) + "?";
        return Keywords.TryGetValue(type, out string? keyword) ? keyword : Qualified(type);
    }

    public static string Constraints(Type[] parameters)
        => string.Concat(parameters.Select(p => (p.Name, Constraints: ConstraintsOf(p).ToArray()))
            .Where(p => p.Constraints.Length > 0)
            .Select(p => $" where {p.Name} : {string.Join(", ", p.Constraints)}"));

    private static IEnumerable<string> ConstraintsOf(Type parameter)
    {
        GenericParameterAttributes attributes = parameter.GenericParameterAttributes;
        bool isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            yield return "class";
        if (isStruct)
            yield return "struct";
        foreach (Type constraint in parameter.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)))
            yield return Of(constraint);
        if (!isStruct && attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
            yield return "new()";
    }

    /// <summary>The name with its enclosing types, each with its own type arguments.</summary>
    private static string Qualified(Type type)
    {
        Queue<Type> arguments = new(type.GetGenericArguments());
        IEnumerable<string> parts = Enclosing(type).Reverse().Select(part =>
        {
            string[] name = part.Name.Split('`');
            if (name.Length == 1)
                return name[0];
            int count = int.Parse(name[1], CultureInfo.InvariantCulture);
            string[] own = Enumerable.Range(0, count).Select(_ => Of(arguments.Dequeue())).ToArray();
            return $"{name[0]}<{string.Join(", ", own)}>";
        });
        return $"{type.Namespace}.{string.Join('.', parts)}";
    }

    private static IEnumerable<Type> Enclosing(Type type)
    {
        for (Type? current = type; current != null; current = current.DeclaringType)
            yield return current;
    }
}
