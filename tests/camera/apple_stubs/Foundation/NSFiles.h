#pragma once

#import <Foundation/NSCollections.h>

#define NSLocalizedString(key, comment)                    \
  [[NSBundle mainBundle] localizedStringForKey:(key)       \
                                         value:@""         \
                                         table:nil]

extern "C" {

NS_ASSUME_NONNULL_BEGIN

@interface NSError : NSObject
@property(readonly) NSInteger code;
@property(readonly, copy) NSString* localizedDescription;
@end

@interface NSURL : NSObject <NSCopying>
+ (nullable instancetype)URLWithString:(NSString*)text;
+ (NSURL*)fileURLWithPath:(NSString*)path;
@property(nullable, readonly, copy) NSString* scheme;
@property(nullable, readonly, copy) NSString* host;
@property(nullable, readonly, copy) NSString* path;
@property(nullable, readonly, copy) NSString* lastPathComponent;
@property(readonly)
    const char* fileSystemRepresentation NS_RETURNS_INNER_POINTER;
- (nullable NSURL*)URLByAppendingPathComponent:(NSString*)name;
- (nullable NSURL*)URLByAppendingPathComponent:(NSString*)name
                                   isDirectory:(BOOL)isDirectory;
@end

@interface NSBundle : NSObject
@property(class, readonly, strong) NSBundle* mainBundle;
+ (NSBundle*)bundleForClass:(Class)aClass;
- (nullable NSString*)pathForResource:(nullable NSString*)name
                               ofType:(nullable NSString*)type;
- (nullable NSString*)pathForResource:(nullable NSString*)name
                               ofType:(nullable NSString*)type
                          inDirectory:(nullable NSString*)folder;
- (NSString*)localizedStringForKey:(NSString*)key
                             value:(nullable NSString*)value
                             table:(nullable NSString*)table
    NS_FORMAT_ARGUMENT(1);
@end

typedef NS_ENUM(NSUInteger, NSSearchPathDirectory) {
  NSDocumentDirectory = 9,
  NSApplicationSupportDirectory = 14,
};
typedef NS_OPTIONS(NSUInteger, NSSearchPathDomainMask) {
  NSUserDomainMask = 1,
};
typedef NSString* NSFileAttributeKey;

@interface NSFileManager : NSObject
@property(class, readonly, strong) NSFileManager* defaultManager;
- (nullable NSURL*)URLForDirectory:(NSSearchPathDirectory)directory
                          inDomain:(NSSearchPathDomainMask)domain
                 appropriateForURL:(nullable NSURL*)url
                            create:(BOOL)shouldCreate
                             error:(NSError**)error;
- (nullable NSArray<NSString*>*)contentsOfDirectoryAtPath:(NSString*)path
                                                    error:(NSError**)error;
- (BOOL)createDirectoryAtURL:(NSURL*)url
    withIntermediateDirectories:(BOOL)createIntermediates
                     attributes:
                         (nullable NSDictionary<NSFileAttributeKey, id>*)
                             attributes
                          error:(NSError**)error;
- (BOOL)removeItemAtURL:(NSURL*)url error:(NSError**)error;
@end

@interface NSProgress : NSObject
@end

@interface NSItemProvider : NSObject
- (NSProgress*)
    loadFileRepresentationForTypeIdentifier:(NSString*)typeIdentifier
                          completionHandler:
                              (void (^)(NSURL* _Nullable url,
                                        NSError* _Nullable error))handler
    API_AVAILABLE(ios(11.0));
@end

NS_ASSUME_NONNULL_END
}
