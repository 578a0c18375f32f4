using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace FastSockets.Packages.Tests;

/// <summary>Everything of an assembly that other programs can compile against: a line for each member, sorted.</summary>
internal static class PublicApiPrinter
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Print(Assembly assembly)
    {
        IEnumerable<string> lines = assembly.GetExportedTypes().SelectMany(
            type => type.GetMembers(Declared).Select(Describe).Where(line => line is not null)
                .Select(line => $"{NameOf(type)}: {line}").Append(Describe(type)));
        return string.Join('\n', lines.Order(StringComparer.Ordinal)) + "\n";
    }

    private static string Describe(Type type)
    {
        string kind = type.IsEnum ? $"enum of {NameOf(Enum.GetUnderlyingType(type))}"
            : type.IsValueType ? "struct"
            : type.IsInterface ? "interface"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : "class";
        string form = type is { IsAbstract: true, IsSealed: true } ? "static "
            : type is { IsAbstract: true, IsInterface: false } ? "abstract "
            : type is { IsSealed: true, IsValueType: false } ? "sealed "
            : "";
        Type[] bases = type.IsEnum || type.IsValueType || type.BaseType is null || type.BaseType == typeof(object)
            ? []
            : [type.BaseType];
        string[] supers = [.. bases.Concat(type.IsEnum ? [] : type.GetInterfaces()).Select(one => NameOf(one)).Order(StringComparer.Ordinal)];
        return $"{NameOf(type)} = {form}{kind}{(supers.Length > 0 ? " : " + string.Join(", ", supers) : "")}"
            + Constraints(type.GetGenericArguments());
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        FieldInfo field when IsSeen(field.Attributes) && !field.IsSpecialName => field.DeclaringType!.IsEnum
            ? $"{field.Name} = {field.GetRawConstantValue()}"
            : $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field is { IsInitOnly: true } ? "readonly " : "")}"
                + $"{NameOf(field.FieldType, new NullabilityInfoContext().Create(field))} {field.Name}{(field.IsLiteral ? $" = {field.GetRawConstantValue()}" : "")}",
        ConstructorInfo { IsStatic: false } constructor when IsSeen(constructor) =>
            $"{Access(constructor)}new({Parameters(constructor)})",
        PropertyInfo property when property.GetAccessors(true).Any(IsSeen) =>
            Attributes(property) + Modifiers(property.GetAccessors(true).First(IsSeen))
                + $"{NameOf(property.PropertyType, new NullabilityInfoContext().Create(property))} {property.Name}"
                + (property.GetIndexParameters().Length > 0 ? "[]" : "")
                + $" {{ {string.Join(" ", property.GetAccessors(true).Where(IsSeen).Select(Accessor))} }}",
        EventInfo happening when IsSeen(happening.AddMethod!) =>
            $"{Modifiers(happening.AddMethod!)}event {NameOf(happening.EventHandlerType!, new NullabilityInfoContext().Create(happening))} {happening.Name}",
        MethodInfo method when IsSeen(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) =>
            $"{Attributes(method.ReturnParameter)}{Modifiers(method)}{NameOf(method.ReturnParameter)} {method.Name}{Generic(method)}"
                + $"({Parameters(method)}){Constraints(method.GetGenericArguments())}",
        _ => null,
    };

    private static string Accessor(MethodInfo accessor)
    {
        bool isInit = accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
        return Access(accessor) + (isInit ? "init" : accessor.Name[..3]) + ";";
    }

    private static string Modifiers(MethodInfo method) => Access(method)
        + (method.IsStatic ? "static " : method is { IsVirtual: true, IsFinal: false, DeclaringType.IsInterface: false }
            ? method.IsAbstract ? "abstract " : method.GetBaseDefinition() == method ? "virtual " : "override "
            : "");

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(one => NameOf(one)))}>" : "";

    private static string Parameters(MethodBase method)
    {
        IEnumerable<string> parameters = method.GetParameters().Select(parameter =>
            Attributes(parameter)
            + (parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "")
            + $"{NameOf(parameter)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}");
        return (method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "") + string.Join(", ", parameters);
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsSeen(FieldAttributes attributes) => (attributes & FieldAttributes.FieldAccessMask)
        is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    /// <summary>What the compiler is told of nulls beyond the type: NotNullWhen and the like.</summary>
    private static string Attributes(ICustomAttributeProvider of) => string.Concat(of.GetCustomAttributes(false)
        .Select(attribute => attribute.GetType())
        .Where(type => type.Namespace == "System.Diagnostics.CodeAnalysis" && type.Name.Contains("Null", StringComparison.Ordinal))
        .Select(type => $"[{type.Name.Replace("Attribute", "", StringComparison.Ordinal)}] ").Order(StringComparer.Ordinal));

    private static string Constraints(Type[] arguments) => string.Concat(arguments.Where(argument => argument.IsGenericParameter)
        .Select(argument => (argument.Name, Constraints: string.Join(", ", Constraints(argument))))
        .Where(argument => argument.Constraints.Length > 0)
        .Select(argument => $" where {argument.Name} : {argument.Constraints}"));

    private static IEnumerable<string> Constraints(Type parameter)
    {
        GenericParameterAttributes attributes = parameter.GenericParameterAttributes;
        // Which null state the compiler wrote: 1 for notnull and class, 2 for class?.
        byte? state = parameter.GetCustomAttributesData()
            .SingleOrDefault(attribute => attribute.AttributeType.FullName == "System.Runtime.CompilerServices.NullableAttribute")
            ?.ConstructorArguments[0].Value as byte?;
        bool isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            yield return state == 2 ? "class?" : "class";
        else if (isStruct)
            yield return parameter.IsDefined(typeof(IsUnmanagedAttribute), false) ? "unmanaged" : "struct";
        else if (state == 1)
            yield return "notnull";
        foreach (Type each in parameter.GetGenericParameterConstraints().Where(each => each != typeof(ValueType)))
            yield return NameOf(each);
        if (!isStruct && attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
            yield return "new()";
        if (attributes.HasFlag(GenericParameterAttributes.AllowByRefLike))
            yield return "allows ref struct";
    }

    private static string NameOf(ParameterInfo parameter) =>
        NameOf(parameter.ParameterType, new NullabilityInfoContext().Create(parameter));

    /// <param name="type">The type.</param>
    /// <param name="nullability">What may be null of it, where it is a member's; else null.</param>
    private static string NameOf(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef)
            return NameOf(type.GetElementType()!, nullability);
        if (type.IsPointer)
            return NameOf(type.GetElementType()!) + "*";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return NameOf(underlying, nullability) + "?";
        string mark = !type.IsValueType && NullabilityState.Nullable.Equals(nullability?.ReadState) ? "?" : "";
        if (type.IsArray)
            return NameOf(type.GetElementType()!, nullability?.ElementType) + "[]" + mark;
        if (type.IsGenericParameter)
            return type.Name + mark;
        var name = new StringBuilder(type.IsNested ? $"{NameOf(type.DeclaringType!)}.{type.Name}" : $"{type.Namespace}.{type.Name}");
        if (!type.IsGenericType)
            return name.Append(mark).ToString();
        int tick = name.ToString().LastIndexOf('`');
        if (tick >= 0)
            name.Length = tick;
        IEnumerable<string> arguments = type.GetGenericArguments()
            .Select((argument, i) => NameOf(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(i)));
        return name.Append('<').AppendJoin(", ", arguments).Append('>').Append(mark).ToString();
    }
}
