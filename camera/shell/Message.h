#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

// What can be done about what a message says.
typedef NS_ENUM(NSInteger, MessageRemedy) {
  MessageRemedyNone,
  MessageRemedyOpenSettings,
  MessageRemedyPickPicture,
  MessageRemedyTryAgain,
};

// What a screen says when it has nothing else to show.
@interface Message : NSObject

@property(nonatomic, copy) NSString* headline;
@property(nonatomic, copy, nullable) NSString* detail;
// Something is under way: shown with a spinner.
@property(nonatomic) BOOL busy;
// The detail is for a developer: shown with a button that copies it.
@property(nonatomic) BOOL copyable;
// Shown as a button below.
@property(nonatomic) MessageRemedy remedy;

+ (instancetype)busyMessage:(NSString*)headline;
+ (instancetype)messageWithHeadline:(NSString*)headline detail:(nullable NSString*)detail;

@end

NS_ASSUME_NONNULL_END
